using System.Text;
using System.Text.Json;
using Hashee.Host;

namespace Hashee.Testing;

/// <summary>Everything that is logged while tests run, in a file in place of standard output.</summary>
public sealed class RecordedLog : IDisposable
{
    private static readonly string File = Path.GetTempFileName();

    private readonly FileStream _file = new(
        File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.DeleteOnClose);

    public RecordedLog() =>
        Log.Writer = new LogWriter((int)_file.SafeFileHandle.DangerousGetHandle(), isText: false, LogLevel.Trace);

    /// <summary>Where the log ends now, in bytes.</summary>
    internal static int Position => Read().Length;

    /// <summary>The text of what was written from a position on.</summary>
    internal static string TextSince(int position) => Encoding.UTF8.GetString(Read()[position..]);

    /// <summary>The lines written from a position on, log records and metrics.</summary>
    internal static JsonElement[] Since(int position) =>
    [
        .. TextSince(position)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement),
    ];

    public void Dispose() => _file.Dispose();

    private static byte[] Read()
    {
        using FileStream file = new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream bytes = new();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
