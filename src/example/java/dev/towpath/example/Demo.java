package dev.towpath.example;

/** x. */
public final class Demo {
    private Demo() {}

    public static void main(String[] args) {
        System.out.println("demo " + Demo.class.getModule() + System.getProperty("demo.serve"));
    }
}
