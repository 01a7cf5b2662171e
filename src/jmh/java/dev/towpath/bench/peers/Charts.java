package dev.towpath.bench.peers;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler;

/** Draws a plot of the medians of a row, in colours that can be read on white and on black. */
final class Charts {
    private static final Color NOTHING = new Color(0, 0, 0, 0);
    private static final Color TEXT = new Color(0x80, 0x80, 0x80);
    private static final Color[] BARS = {
        new Color(0x1f, 0x9e, 0x89), new Color(0xd9, 0x7a, 0x2b), new Color(0x7a, 0x6f, 0xc9)
    };

    private Charts() {}

    static void draw(Row row, Results results, Path folder) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(800)
                .height(360)
                .title(row.title())
                .yAxisTitle(row.unit())
                .build();
        style(chart);
        Set<String> metrics = results.metrics(row.name());
        metrics.remove(PeerRow.LINE);
        chart.getStyler().setLegendVisible(metrics.size() > 1);
        for (String metric : metrics) {
            List<String> subjects = new ArrayList<>(results.subjects(row.name(), metric));
            List<Double> medians = new ArrayList<>();
            for (String subject : subjects) {
                medians.add(results.spread(row.name(), subject, metric).median() / row.scale());
            }
            chart.addSeries(metric, subjects, medians);
        }
        VectorGraphicsEncoder.saveVectorGraphic(
                chart, folder.resolve(row.name()).toString(), VectorGraphicsFormat.SVG);
    }

    private static void style(CategoryChart chart) {
        chart.getStyler()
                .setChartBackgroundColor(NOTHING)
                .setPlotBackgroundColor(NOTHING)
                .setLegendBackgroundColor(NOTHING)
                .setLegendBorderColor(NOTHING)
                .setLegendPosition(Styler.LegendPosition.InsideNE)
                .setChartFontColor(TEXT)
                .setSeriesColors(BARS);
        chart.getStyler().setLabelsVisible(true);
        chart.getStyler().setLabelsFontColor(TEXT);
        chart.getStyler().setAxisTickLabelsColor(TEXT);
        chart.getStyler().setAxisTickMarksColor(TEXT);
        chart.getStyler().setPlotGridLinesColor(TEXT);
        chart.getStyler().setPlotBorderColor(TEXT);
        chart.getStyler().setOverlapped(false);
    }
}
