using System.Globalization;
using System.Text.Json;
using Hashee.Testing;

namespace Hashee.Host.Tests;

public class LogWriterTests
{
    [Fact]
    public void Each_record_is_one_write()
    {
        using RecordPipe pipe = new();
        LogWriter writer = new(pipe.WriteEnd, isText: false, LogLevel.Info);

        writer.Write(LogLevel.Info, "First.", [new LogField("text", new string('x', 20_000))]);
        writer.Write(LogLevel.Warn, "Second.", []);

        Assert.EndsWith("\"}\n", pipe.ReadOne(), StringComparison.Ordinal);
        Assert.EndsWith("\"Second.\"}\n", pipe.ReadOne(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_value_can_begin_a_second_record(bool isText)
    {
        using RecordPipe pipe = new();
        LogWriter writer = new(pipe.WriteEnd, isText, LogLevel.Info);
        writer.SetRequestId("id\nforged"u8);

        writer.Write(LogLevel.Info, "message\r\nforged", [new LogField("name\nforged", "value\nforged\u0000")]);

        string record = pipe.ReadOne();
        Assert.Equal(record.Length - 1, record.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain('\r', record);
        Assert.DoesNotContain('\0', record);
    }

    [Fact]
    public async Task Concurrent_records_are_not_mixed()
    {
        using RecordPipe pipe = new();
        LogWriter writer = new(pipe.WriteEnd, isText: false, LogLevel.Info);

        const int Records = 5000;
        Task writing = Task.Run(
            () => Parallel.For(0, Records, i => writer.Write(LogLevel.Info, $"{i}", [])), TestContext.Current.CancellationToken);
        int[] seen = Enumerable.Range(0, Records)
            .Select(_ => JsonDocument.Parse(pipe.ReadOne()).RootElement.GetProperty("message").GetString()!)
            .Select(message => int.Parse(message, CultureInfo.InvariantCulture))
            .ToArray();

        Assert.Equal(Enumerable.Range(0, Records), seen.Order());
        await writing;
    }

    [Fact]
    public async Task A_record_is_written_whole_when_standard_output_does_not_block()
    {
        using RecordPipe pipe = new(isStream: true);
        LogWriter writer = new(pipe.WriteEnd, isText: true, LogLevel.Info);

        Task writing = Task.Run(() => writer.Write(LogLevel.Info, new string('x', 2_000_000), []), TestContext.Current.CancellationToken);
        string record = "";
        while (!record.EndsWith('\n'))
        {
            record += pipe.ReadOne();
        }

        await writing;
        Assert.EndsWith(" " + new string('x', 2_000_000) + "\n", record, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_standard_output_is_no_failure()
    {
        LogWriter writer = new(descriptor: -1, isText: false, LogLevel.Info);

        writer.Write(LogLevel.Info, "A sentence.", []);

        Assert.Equal(LogLevel.Info, writer.Minimum);
    }

    [Fact]
    public void A_record_allocates_nothing()
    {
        LogWriter writer = new(descriptor: -1, isText: false, LogLevel.Info);
        writer.Write(LogLevel.Info, "A sentence.", [new LogField("text", "value"), new LogField("number", 1)]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        writer.Write(LogLevel.Info, "A sentence.", [new LogField("text", "value"), new LogField("number", 1)]);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
    }
}
