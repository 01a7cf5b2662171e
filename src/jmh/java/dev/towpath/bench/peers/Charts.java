package dev.towpath.bench.peers;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Draws a plot of the medians of a row, in colours that can be read on white and on black. */
final class Charts {
    private static final Color NOTHING = new Color(0, 0, 0, 0);
    private static final Color TEXT = new Color(0x80, 0x80, 0x80);
    private static final Color GRID = new Color(0x80, 0x80, 0x80, 0x40);
    private static final Color[] BARS = {
        new Color(0x1f, 0x9e, 0x89), new Color(0xd9, 0x7a, 0x2b), new Color(0x7a, 0x6f, 0xc9)
    };

    /** From this ratio of the largest to the smallest on, the axis is logarithmic. */
    private static final double WIDE = 30;

    private Charts() {}

    static void draw(Row row, Results results, Path folder) throws IOException {
        Metric first = row.metrics().getFirst();
        List<Metric> alike = row.metrics().stream()
                .filter(metric -> metric.unit().equals(first.unit()))
                .toList();
        CategoryChart chart = new CategoryChartBuilder()
                .width(900)
                .height(380)
                .title(row.title())
                .yAxisTitle(first.unit())
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendVisible(alike.size() > 1);
        List<Double> all = new ArrayList<>();
        for (Metric metric : alike) {
            List<String> subjects = new ArrayList<>();
            List<Double> medians = new ArrayList<>();
            for (String subject : results.subjects(row.name())) {
                Map<Integer, Double> values = results.values(row.name(), subject, metric.name());
                if (!values.isEmpty()) {
                    subjects.add(subject);
                    medians.add(Spread.of(values.values()).in(metric).median());
                }
            }
            chart.addSeries(metric.name(), subjects, medians);
            all.addAll(medians);
        }
        if (isWide(all)) {
            double least = Collections.min(all);
            chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(Math.pow(10, Math.floor(Math.log10(least / 2))));
        }
        VectorGraphicsEncoder.saveVectorGraphic(
                chart, folder.resolve(row.name()).toString(), VectorGraphicsFormat.SVG);
    }

    private static boolean isWide(Collection<Double> values) {
        Spread spread = Spread.of(values);
        return spread.least() > 0 && spread.most() / spread.least() > WIDE;
    }

    private static void style(CategoryStyler styler) {
        styler.setChartBackgroundColor(NOTHING)
                .setPlotBackgroundColor(NOTHING)
                .setLegendBackgroundColor(NOTHING)
                .setLegendBorderColor(NOTHING)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setChartFontColor(TEXT)
                .setSeriesColors(BARS);
        styler.setLabelsVisible(true);
        styler.setLabelsFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setAxisTickMarksColor(TEXT);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotBorderColor(TEXT);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setDecimalPattern("#,##0.###");
        styler.setOverlapped(false);
    }
}
