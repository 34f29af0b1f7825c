using Hashee.Host.Native;

namespace Hashee.Host;

/// <summary>Scheme, host and port of a URL (RFC 6454): all that is needed to connect.</summary>
/// <param name="IsTls">True for https, false for http.</param>
/// <param name="Host">A host name or an IP address, an IPv6 address without its brackets; ASCII, lower case.</param>
/// <param name="Port">1-65535.</param>
public readonly record struct Origin(bool IsTls, string Host, int Port)
{
    /// <summary>True when nobody outside this machine can listen: 127.0.0.0/8, ::1 or <c>localhost</c>.</summary>
    public bool IsLoopback => Host == "localhost" || IpAddress.IsLoopback(Host);

    /// <summary>The value of a Host header (RFC 9110, section 7.2): the port only where it is not the scheme's own.</summary>
    public string Authority
    {
        get
        {
            string host = Host.Contains(':') ? $"[{Host}]" : Host;
            return Port == (IsTls ? 443 : 80) ? host : $"{host}:{Port}";
        }
    }

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[::1]</c> or <c>[::1]:port</c>. User information, white space and non-ASCII are refused.
    /// </summary>
    /// <param name="authority">The text between <c>//</c> and the path.</param>
    /// <param name="isTls">Whether TLS is spoken there; decides the default port.</param>
    /// <param name="origin">What was read.</param>
    /// <returns>False when the text is no host with an optional port.</returns>
    public static bool TryParseAuthority(ReadOnlySpan<char> authority, bool isTls, out Origin origin)
    {
        origin = default;
        ReadOnlySpan<char> host;
        ReadOnlySpan<char> rest;
        if (authority.StartsWith('['))
        {
            int end = authority.IndexOf(']');
            if (end < 0 || !IpAddress.IsV6(authority[1..end]))
            {
                return false;
            }

            host = authority[1..end];
            rest = authority[(end + 1)..];
        }
        else
        {
            int colon = authority.IndexOf(':');
            host = colon < 0 ? authority : authority[..colon];
            rest = colon < 0 ? default : authority[colon..];
            if (!IsHostName(host))
            {
                return false;
            }
        }

        int port = isTls ? 443 : 80;
        if (!rest.IsEmpty && (rest[0] != ':' || !TryParsePort(rest[1..], out port)))
        {
            return false;
        }

        origin = new Origin(isTls, host.ToString().ToLowerInvariant(), port);
        return true;
    }

    private static bool IsHostName(ReadOnlySpan<char> host)
    {
        foreach (char character in host)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return host.Length is > 0 and < 254 && host[0] is not ('.' or '-');
    }

    private static bool TryParsePort(ReadOnlySpan<char> digits, out int port)
    {
        port = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit) || port > 65535)
            {
                return false;
            }

            port = (port * 10) + (digit - '0');
        }

        return port is > 0 and <= 65535;
    }
}
