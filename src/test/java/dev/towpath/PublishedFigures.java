package dev.towpath;

import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints the figures that tests publish, which Maven would keep to itself. */
public final class PublishedFigures implements TestExecutionListener {

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        entry.getKeyValuePairs()
                .forEach((name, figure) -> System.out.println(test.getDisplayName() + " " + name + ": " + figure));
    }
}
