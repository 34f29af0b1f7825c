using System.Text.Json;
using Hashee.Host;
using Hashee.Host.Native;
using Hashee.Testing;

namespace Hashee.Lambda.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly RecordPipe _pipe = new();
    private readonly Metrics _metrics;

    public MetricsTests() => _metrics = new Metrics("Hashee", new LogWriter(_pipe.WriteEnd, isText: false, LogLevel.Fatal));

    public void Dispose() => _pipe.Dispose();

    [Fact]
    public void A_line_has_the_shape_of_the_embedded_metric_format()
    {
        _metrics.Emit(new Metric("Accepted", 1), new Metric("EnqueueTime", 12.3456, MetricUnit.Milliseconds));

        JsonElement line = LastLine();
        JsonElement directive = line.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0];
        Assert.Equal(JsonValueKind.Number, line.GetProperty("_aws").GetProperty("Timestamp").ValueKind);
        Assert.Equal("Hashee", directive.GetProperty("Namespace").GetString());
        Assert.Equal("""[["FunctionName"]]""", directive.GetProperty("Dimensions").GetRawText());
        Assert.Equal(
            """[{"Name":"Accepted","Unit":"Count"},{"Name":"EnqueueTime","Unit":"Milliseconds"}]""",
            directive.GetProperty("Metrics").GetRawText());
        Assert.Equal("unknown", line.GetProperty("FunctionName").GetString());
        Assert.Equal("1", line.GetProperty("Accepted").GetRawText());
        Assert.Equal("12.346", line.GetProperty("EnqueueTime").GetRawText());
    }

    [Fact]
    public void A_dimension_gives_a_total_and_a_breakdown()
    {
        _metrics.Emit(new MetricDimension("Reason", "stale_\"timestamp\""), new Metric("Refused", 1));

        JsonElement line = LastLine();
        Assert.Equal(
            """[["FunctionName"],["FunctionName","Reason"]]""",
            line.GetProperty("_aws").GetProperty("CloudWatchMetrics")[0].GetProperty("Dimensions").GetRawText());
        Assert.Equal("stale_\"timestamp\"", line.GetProperty("Reason").GetString());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0004, "0")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.05, "0.050")]
    [InlineData(1.9996, "2")]
    [InlineData(-1.5, "-1.500")]
    [InlineData(-0.0001, "0")]
    [InlineData(1234567890, "1234567890")]
    [InlineData(double.NaN, "0")]
    public void Values_have_at_most_three_decimals(double value, string expected)
    {
        _metrics.Emit(new Metric("Value", value));

        Assert.Equal(expected, LastLine().GetProperty("Value").GetRawText());
    }

    [Fact]
    public unsafe void That_OpenSSL_had_to_be_used_as_it_comes_is_counted_with_the_cold_start()
    {
        _metrics.EmitColdStart();
        Assert.Equal(!OpenSsl.HasFallenBack, !LastLine().TryGetProperty("TlsFallback", out _));

        OpenSsl.FallBack();
        _metrics.EmitColdStart();

        JsonElement line = LastLine();
        Assert.Equal((1, 1), (line.GetProperty("ColdStart").GetInt32(), line.GetProperty("TlsFallback").GetInt32()));
        Assert.True(OpenSsl.Library == null);
    }

    [Fact]
    public void A_line_allocates_nothing()
    {
        _metrics.Emit(new MetricDimension("Reason", "a"), new Metric("Refused", 1.5), new Metric("ColdStart", 0));

        long before = GC.GetAllocatedBytesForCurrentThread();
        _metrics.Emit(new MetricDimension("Reason", "a"), new Metric("Refused", 1.5), new Metric("ColdStart", 0));
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
    }

    private JsonElement LastLine()
    {
        string line = _pipe.ReadOne();
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        return JsonDocument.Parse(line).RootElement;
    }
}
