using Hashee.Formats;
using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Lambda;

/// <summary>
/// Sends subsegments to the X-Ray daemon beside the function: one UDP datagram each, with the header line that the daemon asks for (X-Ray developer
/// guide, "Sending segment documents to the X-Ray daemon"). Only for invocations whose trace is sampled; nothing waits for it, and nobody is told when
/// it is lost. May be called from any thread.
/// </summary>
public sealed class XRay
{
    private const int LongestName = 200;
    private const int TraceIdLength = 35;
    private const int ParentIdLength = 16;

    private readonly ByteBuffer _document = new(512);
    private readonly Lock _gate = new();
    private readonly Datagrams _daemon;
    private string _traceId = "";
    private string _parentId = "";

    private XRay(Datagrams daemon) => _daemon = daemon;

    /// <summary>Whether what is sent now has a trace that takes it.</summary>
    public bool IsSampled => _traceId.Length > 0;

    /// <summary>Opens the way to the daemon that AWS_XRAY_DAEMON_ADDRESS names.</summary>
    /// <returns>Null when there is none: the variable is missing, or names no address that can be used.</returns>
    public static XRay? FromEnvironment() => TryOpen(EnvironmentVariables.GetString("AWS_XRAY_DAEMON_ADDRESS"));

    /// <summary>Takes note of the invocation whose parts follow.</summary>
    /// <param name="traceHeader"><see cref="InvocationContext.TraceId"/>: <c>Root=…;Parent=…;Sampled=1</c>, in any order.</param>
    public void Begin(ReadOnlySpan<char> traceHeader)
    {
        ReadOnlySpan<char> root = default;
        ReadOnlySpan<char> parent = default;
        bool isSampled = false;
        foreach (Range part in traceHeader.Split(';'))
        {
            ReadOnlySpan<char> field = traceHeader[part].Trim();
            if (field.StartsWith("Root="))
            {
                root = field[5..];
            }
            else if (field.StartsWith("Parent="))
            {
                parent = field[7..];
            }
            else if (field is "Sampled=1")
            {
                isSampled = true;
            }
        }

        bool isUsable = isSampled && IsId(root, TraceIdLength, "-") && IsId(parent, ParentIdLength, "");
        lock (_gate)
        {
            _traceId = isUsable ? root.ToString() : "";
            _parentId = isUsable ? parent.ToString() : "";
        }
    }

    /// <summary>Sends a part of the invocation that <see cref="Begin"/> named; nothing when its trace is not sampled.</summary>
    public void Send(in Subsegment subsegment)
    {
        lock (_gate)
        {
            if (!IsSampled)
            {
                return;
            }

            Write(subsegment);
            _daemon.Send(_document.Written);
        }
    }

    /// <param name="address"><c>host:port</c>, or <c>tcp:host:port udp:host:port</c>, as the X-Ray SDKs take it; the host a number.</param>
    internal static XRay? TryOpen(ReadOnlySpan<char> address)
    {
        int udp = address.IndexOf("udp:");
        if (udp >= 0)
        {
            address = address[(udp + 4)..];
            int end = address.IndexOf(' ');
            address = end < 0 ? address : address[..end];
        }

        return Origin.TryParseAuthority(address, isTls: false, out Origin origin) && Datagrams.TryOpen(origin) is { } daemon ? new XRay(daemon) : null;
    }

    private static bool IsId(ReadOnlySpan<char> id, int length, ReadOnlySpan<char> besides)
    {
        foreach (char c in id)
        {
            if (!char.IsAsciiHexDigit(c) && !besides.Contains(c))
            {
                return false;
            }
        }

        return id.Length == length;
    }

    private void Write(in Subsegment subsegment)
    {
        long started = (subsegment.StartedAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        _document.Clear();
        _document.Append("{\"format\":\"json\",\"version\":1}\n{\"type\":\"subsegment\",\"trace_id\":\""u8);
        _document.Append(_traceId);
        _document.Append("\",\"parent_id\":\""u8);
        _document.Append(_parentId);
        _document.Append("\",\"id\":\""u8);
        AppendId();
        _document.Append("\",\"name\":"u8);
        AppendName(subsegment.Name);
        _document.Append(",\"start_time\":"u8);
        AppendSeconds(started);
        _document.Append(",\"end_time\":"u8);
        AppendSeconds(started + (subsegment.Time.Ticks / TimeSpan.TicksPerMicrosecond));
        if (subsegment.ErrorCode is { } code)
        {
            _document.Append(",\"fault\":true,\"annotations\":{\"code\":"u8);
            JsonText.WriteString(_document, code);
            _document.Append((byte)'}');
        }
        else if (subsegment.InputTokens + subsegment.OutputTokens > 0)
        {
            _document.Append(",\"annotations\":{\"input_tokens\":"u8);
            _document.Append(subsegment.InputTokens);
            _document.Append(",\"output_tokens\":"u8);
            _document.Append(subsegment.OutputTokens);
            _document.Append((byte)'}');
        }

        _document.Append((byte)'}');
    }

    private void AppendId()
    {
        ulong id = (ulong)Random.Shared.NextInt64(1, long.MaxValue);
        for (int shift = 60; shift >= 0; shift -= 4)
        {
            _document.Append("0123456789abcdef"u8[(int)(id >> shift) & 15]);
        }
    }

    private void AppendName(ReadOnlySpan<char> name)
    {
        _document.Append((byte)'"');
        foreach (char c in name[..Math.Min(LongestName, name.Length)])
        {
            _document.Append(char.IsAsciiLetterOrDigit(c) || "_.:/%&#=+-@ ".Contains(c) ? (byte)c : (byte)'_');
        }

        _document.Append((byte)'"');
    }

    /// <summary>Microseconds as seconds with six decimals.</summary>
    private void AppendSeconds(long microseconds)
    {
        _document.Append(microseconds / 1_000_000);
        _document.Append((byte)'.');
        long rest = microseconds % 1_000_000;
        for (long unit = 100_000; unit > 0; unit /= 10)
        {
            _document.Append((byte)('0' + (rest / unit % 10)));
        }
    }
}
