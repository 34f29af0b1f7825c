using System.Globalization;
using System.Text;
using Hashee.Host;

namespace Hashee.Agents;

/// <summary>
/// The session's <c>debug.txt</c>: one line for each model call, tool and retry, with ids, times, sizes and codes. Nothing that a user, a model or a tool
/// has written is in it; what comes from outside is an id or a code, and is left out when it does not look like one.
/// </summary>
internal sealed class DebugFile(ISessionFiles? files, string messageId)
{
    public const string Name = "debug.txt";

    /// <summary>Bytes; the oldest lines go first.</summary>
    private const int Longest = 256 * 1024;

    private readonly StringBuilder _lines = new();
    private readonly Lock _gate = new();

    /// <summary>An id or a code as it may stand there.</summary>
    public static string Word(string? text) =>
        text is { Length: > 0 and <= 64 } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/') ? text : "?";

    /// <param name="line">What happened, in words of ours.</param>
    public void Add(string line)
    {
        if (files is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Append(DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            _lines.Append(" message=").Append(Word(messageId)).Append(' ').Append(line).Append('\n');
        }
    }

    /// <summary>Adds the lines to the file. That it cannot be read or written changes nothing for the turn, and is logged.</summary>
    public async ValueTask SaveAsync(AgentLog log, CancellationToken cancellationToken)
    {
        if (files is null || _lines.Length == 0)
        {
            return;
        }

        try
        {
            ReadOnlyMemory<byte> before = await files.ReadAsync(Name, cancellationToken);
            byte[] added = Encoding.UTF8.GetBytes(_lines.ToString());
            _lines.Clear();
            int excess = before.Length + added.Length - Longest;
            if (excess > 0)
            {
                int end = excess >= before.Length ? -1 : before.Span[excess..].IndexOf((byte)'\n');
                before = end < 0 ? default : before[(excess + end + 1)..];
            }

            byte[] all = new byte[before.Length + added.Length];
            before.CopyTo(all);
            added.CopyTo(all.AsSpan(before.Length));
            files.Write(Name, all);
        }
#pragma warning disable CA1031 // notes for whoever looks for a fault are worth no failed message
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Warn("The session's debug.txt was not written.", new LogField("errorType", e.GetType().ToString()));
        }
    }
}
