namespace Hashee.Host;

/// <summary>An absolute http or https URL without user information, query or fragment.</summary>
/// <param name="Text">The URL as it was configured.</param>
/// <param name="Origin">Where to connect.</param>
/// <param name="Path">The path, at least <c>/</c>.</param>
public readonly record struct HttpUrl(string Text, Origin Origin, string Path)
{
    /// <summary>Reads an absolute URL.</summary>
    /// <param name="text">For example <c>https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo</c>.</param>
    /// <param name="url">What was read.</param>
    /// <returns>
    /// False for another scheme, a relative URL, user information, a query, a fragment, white space or a character outside ASCII.
    /// </returns>
    public static bool TryParse(string text, out HttpUrl url)
    {
        url = default;
        bool isTls = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = text.AsSpan(isTls ? 8 : 7);
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> path = slash < 0 ? "/" : rest[slash..];
        if (path.ContainsAny('?', '#', '\\') || path.ContainsAnyExceptInRange('!', '~') ||
            !Origin.TryParseAuthority(slash < 0 ? rest : rest[..slash], isTls, out Origin origin))
        {
            return false;
        }

        url = new HttpUrl(text, origin, path.ToString());
        return true;
    }

    /// <summary>The URL as it was configured.</summary>
    public override string ToString() => Text;
}
