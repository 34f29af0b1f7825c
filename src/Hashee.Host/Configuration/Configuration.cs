using Hashee.Formats;

namespace Hashee.Host;

/// <summary>
/// Reads a function's configuration from its environment and collects what is wrong with it, so that one deployment shows every mistake.
/// No value is ever repeated in a problem. An empty value counts as missing. A reader that found a problem returns an unusable
/// default; <see cref="ThrowIfInvalid"/> must be called before anything is used.
/// </summary>
public sealed class Configuration
{
    private readonly List<string> _problems = [];

    /// <summary>The value of a variable that must be there.</summary>
    public string Require(string name) => EnvironmentVariables.GetString(name) ?? Missing(name);

    /// <summary>The bytes of a variable that must be there, in the environment block itself: no copy is made of a secret.</summary>
    public ReadOnlySpan<byte> RequireBytes(string name)
    {
        ReadOnlySpan<byte> value = EnvironmentVariables.Get(name);
        if (value.IsEmpty)
        {
            Missing(name);
        }

        return value;
    }

    /// <summary>The value of a variable that may be missing.</summary>
    public static string? Optional(string name) => EnvironmentVariables.GetString(name);

#pragma warning disable CA1822 // asked for as all the others are
    /// <summary>The value of a variable that may be missing.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="fallback">The value when it is missing.</param>
    public string Text(string name, string fallback) => EnvironmentVariables.GetString(name) ?? fallback;
#pragma warning restore CA1822

    /// <summary>One of the listed values; the first of them when the variable is missing.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> allowed)
    {
        string value = EnvironmentVariables.GetString(name) ?? allowed[0];
        foreach (string candidate in allowed)
        {
            if (value == candidate)
            {
                return candidate;
            }
        }

        Malformed(name, $"must be one of {string.Join(", ", allowed.ToArray())}");
        return allowed[0];
    }

    /// <summary>A whole number within bounds.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="fallback">The value when it is missing.</param>
    /// <param name="minimum">The smallest that is allowed.</param>
    /// <param name="maximum">The largest that is allowed.</param>
    public int WholeNumber(string name, int fallback, int minimum, int maximum)
    {
        ReadOnlySpan<byte> text = EnvironmentVariables.Get(name);
        if (text.IsEmpty)
        {
            return fallback;
        }

        if (!Digits.TryParse(text, out long number) || number < minimum || number > maximum)
        {
            Malformed(name, $"must be a whole number, {minimum} to {maximum}");
            return fallback;
        }

        return (int)number;
    }

    /// <summary>A time in whole seconds, or in minutes, hours or days with <c>m</c>, <c>h</c> or <c>d</c> behind the number: <c>21600</c>, <c>6h</c>.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="fallback">The value when it is missing.</param>
    /// <param name="maximum">The longest that is allowed.</param>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan maximum)
    {
        ReadOnlySpan<byte> text = EnvironmentVariables.Get(name);
        if (text.IsEmpty)
        {
            return fallback;
        }

        TimeSpan unit = text[^1] switch
        {
            (byte)'m' => TimeSpan.FromMinutes(1),
            (byte)'h' => TimeSpan.FromHours(1),
            (byte)'d' => TimeSpan.FromDays(1),
            _ => TimeSpan.FromSeconds(1),
        };
        if (!Digits.TryParse(unit.TotalSeconds == 1 ? text : text[..^1], out long number) || number > maximum / unit)
        {
            Malformed(name, $"must be a time such as 21600 (seconds), 90m, 6h or 2d, at most {(long)maximum.TotalSeconds} s");
            return fallback;
        }

        return number * unit;
    }

    /// <summary>A URL that must be there: https, or plain http to loopback.</summary>
    public HttpUrl RequireUrl(string name) => ReadUrl(name, Require(name)) ?? default;

    /// <summary>A URL that may be missing: https, or plain http to loopback.</summary>
    public HttpUrl? OptionalUrl(string name) => ReadUrl(name, EnvironmentVariables.GetString(name));

    /// <summary>A URL with a default for when the variable is missing: https, or plain http to loopback.</summary>
    public HttpUrl UrlOrDefault(string name, string fallback) => ReadUrl(name, EnvironmentVariables.GetString(name) ?? fallback) ?? default;

    /// <summary>Records that a variable is there but cannot be used.</summary>
    /// <param name="name">The variable's name.</param>
    /// <param name="expectation">What it must be, as the end of a sentence: "must end in .fifo". Never the value.</param>
    public void Malformed(string name, string expectation) => Add($"{name} is malformed: it {expectation}");

    /// <summary>Ends INIT when a problem was found.</summary>
    /// <exception cref="ConfigurationException">Names every variable that is missing or malformed, in the order they were read.</exception>
    public void ThrowIfInvalid()
    {
        if (_problems.Count > 0)
        {
            throw new ConfigurationException($"The function's configuration is invalid. {string.Join(". ", _problems)}.");
        }
    }

    private string Missing(string name)
    {
        Add($"{name} is missing");
        return "";
    }

    /// <summary>Several readers may want the same variable.</summary>
    internal void Add(string problem)
    {
        // List.Contains would bring 12 KB of comparers.
        foreach (string known in _problems)
        {
            if (known == problem)
            {
                return;
            }
        }

        _problems.Add(problem);
    }

    private HttpUrl? ReadUrl(string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!HttpUrl.TryParse(text, out HttpUrl url))
        {
            Malformed(name, "must be an absolute https:// URL without user name, query or fragment");
            return null;
        }

        if (!url.Origin.IsTls && !url.Origin.IsLoopback)
        {
            Malformed(name, "must be https; plain http is accepted for loopback only (127.0.0.0/8, ::1, localhost)");
            return null;
        }

        return url;
    }
}
