using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Hashee.Lambda.Tests;

public partial class LogWriterTests
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

        Task writing = Task.Run(() => Parallel.For(0, 200, i => writer.Write(LogLevel.Info, $"{i}", [])), TestContext.Current.CancellationToken);
        int[] seen = Enumerable.Range(0, 200)
            .Select(_ => int.Parse(JsonDocument.Parse(pipe.ReadOne()).RootElement.GetProperty("message").GetString()!, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();

        Assert.Equal(Enumerable.Range(0, 200), seen.Order());
        await writing;
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

    /// <summary>A pair of sockets that keeps the boundaries between writes.</summary>
    private sealed unsafe partial class RecordPipe : IDisposable
    {
        private const int Unix = 1;
        private const int SequencedPackets = 5;

        private readonly int[] _ends = new int[2];

        internal RecordPipe()
        {
            fixed (int* ends = _ends)
            {
                Assert.Equal(0, SocketPair(Unix, SequencedPackets, 0, ends));
            }
        }

        internal int WriteEnd => _ends[1];

        internal string ReadOne()
        {
            byte[] buffer = new byte[65536];
            fixed (byte* start = buffer)
            {
                return Encoding.UTF8.GetString(buffer, 0, (int)Read(_ends[0], start, (nuint)buffer.Length));
            }
        }

        public void Dispose()
        {
            _ = Native.Libc.Close(_ends[0]);
            _ = Native.Libc.Close(_ends[1]);
        }

        [LibraryImport("libc", EntryPoint = "socketpair")]
        private static partial int SocketPair(int domain, int type, int protocol, int* ends);

        [LibraryImport("libc", EntryPoint = "read")]
        private static partial nint Read(int descriptor, byte* buffer, nuint count);
    }
}
