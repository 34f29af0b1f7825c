namespace Hashee.Host;

/// <summary>A named value of a log record.</summary>
public readonly struct LogField
{
    /// <summary>A text. Never a secret, never what a user wrote.</summary>
    /// <param name="name">
    /// The field's name in camel case; <c>timestamp</c>, <c>level</c>, <c>message</c> and <c>requestId</c> are taken.
    /// </param>
    /// <param name="value">The text; null is left out.</param>
    public LogField(string name, string? value)
    {
        Name = name;
        Text = value;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">The field's name in camel case, with its unit when it has one.</param>
    /// <param name="value">The number.</param>
    public LogField(string name, long value)
    {
        Name = name;
        Number = value;
        IsNumber = true;
    }

    internal string Name { get; }

    internal string? Text { get; }

    internal long Number { get; }

    internal bool IsNumber { get; }
}
