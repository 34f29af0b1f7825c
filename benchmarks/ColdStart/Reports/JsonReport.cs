using System.Text.Json;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>A report with every single measurement, for other programs.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes one JSON object.</summary>
    public static void Write(Stream to, Report report)
    {
        using Utf8JsonWriter json = new(to, Indented);
        json.WriteStartObject();
        json.WriteString("date", report.Date);
        json.WriteString("commit", report.Commit);
        json.WriteString("processor", report.Machine.Processor);
        json.WriteNumber("processors", report.Machine.Processors);
        json.WriteString("architecture", report.Machine.Architecture);
        json.WriteString("system", report.Machine.System);
        json.WriteString("software", report.Machine.Software);
        json.WriteNumber("system_roots", report.Machine.RootCertificates);
        json.WriteNumber("runs", report.Runs);
        json.WriteBoolean("cold_file", report.Conditions.ColdFile);
        json.WriteBoolean("cold_libraries", report.Conditions.ColdLibraries);
        json.WriteBoolean("one_core", report.Conditions.OneCore);
        json.WriteBoolean("early_connection", !report.Conditions.NoEarlyConnection);
        json.WriteStartArray("programs");
        foreach (ProgramResult result in report.Programs)
        {
            Write(json, report, result, null);
        }

        foreach ((int megabytes, IReadOnlyList<ProgramResult> results) in report.BySize.OrderBy(static pair => pair.Key))
        {
            foreach (ProgramResult result in results)
            {
                Write(json, report, result, megabytes);
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("missing");
        foreach (MissingProgram program in report.Missing)
        {
            json.WriteString(program.Name, program.Reason);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Report report, ProgramResult result, int? megabytes)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteString("title", result.Program.Title);
        json.WriteString("versions", result.Program.Versions);
        json.WriteString("roots", report.RootsOf(result.Program));
        json.WriteString("connects", result.Connects);
        if (megabytes is { } size)
        {
            json.WriteNumber("memory_mb", size);
        }

        json.WriteNumber("package_bytes", result.PackageBytes);
        json.WriteNumber("zip_bytes", result.ZipBytes);
        json.WriteNumber("failed_runs", result.Failures.Count);
        foreach (Metric metric in Metric.Times.Concat(Metric.Resources))
        {
            if (result.Of(metric) is not { } values)
            {
                continue;
            }

            json.WriteStartObject(metric.Key);
            json.WriteNumber("p50", values.Median);
            json.WriteNumber("p90", values.P90);
            json.WriteNumber("p99", values.P99);
            json.WriteStartArray("values");
            foreach (double value in result.Samples.SelectMany(metric.Values))
            {
                json.WriteNumberValue(Math.Round(value, 4));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
