using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Native;

namespace Hashee.Lambda;

/// <summary>
/// CloudWatch metrics written to the log as embedded metric format lines (CloudWatch user guide, "Embedded metric format specification").
/// Every metric has the dimension <c>FunctionName</c>. May be called from any thread.
/// </summary>
public sealed class Metrics
{
    private readonly ByteBuffer _line = new(512);
    private readonly Lock _gate = new();
    private readonly string _functionName = EnvironmentVariables.GetString("AWS_LAMBDA_FUNCTION_NAME") ?? "unknown";
    private readonly string _namespace;
    private readonly LogWriter _writer;

    /// <summary>Makes metrics of one CloudWatch namespace.</summary>
    /// <param name="metricNamespace">The namespace, 1-255 characters.</param>
    public Metrics(string metricNamespace)
        : this(metricNamespace, Log.Writer)
    {
    }

    internal Metrics(string metricNamespace, LogWriter writer)
    {
        _namespace = metricNamespace;
        _writer = writer;
    }

    /// <summary>Writes one line with several metrics.</summary>
    /// <param name="metrics">1-100 metrics of different names.</param>
    public void Emit(params ReadOnlySpan<Metric> metrics) => Write(default, metrics);

    /// <summary>
    /// Writes one line with several metrics, each as a total and once more for the value of <paramref name="dimension"/>.
    /// </summary>
    /// <param name="dimension">Gives the second set of dimensions, <c>["FunctionName", name]</c>.</param>
    /// <param name="metrics">1-100 metrics of different names.</param>
    public void Emit(MetricDimension dimension, params ReadOnlySpan<Metric> metrics) => Write(dimension, metrics);

    /// <summary>Counts the first call of an instance, and whether TLS could not be made as lean as it was meant.</summary>
    public void EmitColdStart() =>
        Emit(OpenSsl.HasFallenBack ? [new Metric("ColdStart", 1), new Metric("TlsFallback", 1)] : [new Metric("ColdStart", 1)]);

    private void Write(MetricDimension dimension, ReadOnlySpan<Metric> metrics)
    {
        lock (_gate)
        {
            _line.Clear();
            _line.Append("{\"_aws\":{\"Timestamp\":"u8);
            _line.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            _line.Append(",\"CloudWatchMetrics\":[{\"Namespace\":"u8);
            JsonText.WriteString(_line, _namespace);
            _line.Append(",\"Dimensions\":[[\"FunctionName\"]"u8);
            if (dimension.Name is not null)
            {
                _line.Append(",[\"FunctionName\","u8);
                JsonText.WriteString(_line, dimension.Name);
                _line.Append((byte)']');
            }

            _line.Append("],\"Metrics\":["u8);
            for (int i = 0; i < metrics.Length; i++)
            {
                _line.Append(i == 0 ? "{\"Name\":"u8 : ",{\"Name\":"u8);
                JsonText.WriteString(_line, metrics[i].Name);
                _line.Append(metrics[i].Unit == MetricUnit.Milliseconds ? ",\"Unit\":\"Milliseconds\"}"u8 : ",\"Unit\":\"Count\"}"u8);
            }

            _line.Append("]}]},\"FunctionName\":"u8);
            JsonText.WriteString(_line, _functionName);
            if (dimension.Name is not null)
            {
                _line.Append((byte)',');
                JsonText.WriteString(_line, dimension.Name);
                _line.Append((byte)':');
                JsonText.WriteString(_line, dimension.Value);
            }

            foreach (Metric metric in metrics)
            {
                _line.Append((byte)',');
                JsonText.WriteString(_line, metric.Name);
                _line.Append((byte)':');
                AppendValue(metric.Value);
            }

            _line.Append("}\n"u8);
            _writer.WriteLine(_line.Written);
        }
    }

    /// <summary>Three decimals by hand: the general formatter of floating-point numbers would be the largest part of this class.</summary>
    private void AppendValue(double value)
    {
        long thousandths = (long)Math.Round(Math.Abs(value) * 1000);
        if (value < 0 && thousandths > 0)
        {
            _line.Append((byte)'-');
        }

        _line.Append(thousandths / 1000);
        int fraction = (int)(thousandths % 1000);
        if (fraction > 0)
        {
            _line.Append((byte)'.');
            _line.Append((byte)('0' + (fraction / 100)));
            _line.Append((byte)('0' + (fraction / 10 % 10)));
            _line.Append((byte)('0' + (fraction % 10)));
        }
    }
}
