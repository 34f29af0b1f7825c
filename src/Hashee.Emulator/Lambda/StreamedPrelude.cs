using System.Buffers;
using System.IO.Pipelines;

namespace Hashee.Emulator.Lambda;

/// <summary>Status, headers and cookies in front of a streamed HTTP response: JSON, then eight zeros, together in the first 16 KB.</summary>
internal static class StreamedPrelude
{
    public const string ContentType = "application/vnd.awslambda.http-integration-response";

    private const int Largest = 16 * 1024;

    private static readonly byte[] Separator = new byte[8];

    /// <summary>Takes the prelude off a stream, and leaves the body.</summary>
    /// <returns>Null when there is none, or none that can be read.</returns>
    public static async Task<FunctionUrlResponse?> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            byte[] start = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Largest)).ToArray();
            FunctionUrlResponse? response = Parse(start, out int length);
            if (length > 0)
            {
                reader.AdvanceTo(read.Buffer.GetPosition(length));
                return response;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || start.Length == Largest)
            {
                return null;
            }
        }
    }

    /// <summary>Reads the prelude at the start of what a function streamed.</summary>
    /// <param name="start">The first bytes.</param>
    /// <param name="length">The prelude's length with its separator; 0 when no separator is there.</param>
    public static FunctionUrlResponse? Parse(ReadOnlyMemory<byte> start, out int length)
    {
        int end = start.Span[..Math.Min(start.Length, Largest)].IndexOf(Separator);
        length = end < 0 ? 0 : end + Separator.Length;
        return end < 0 ? null : FunctionUrlResponse.ParsePrelude(start[..end]);
    }
}
