namespace Hashee.Lambda;

/// <summary>An attribute that the sender gave a message.</summary>
public sealed class SqsMessageAttributeValue
{
    /// <summary><c>String</c>, <c>Number</c> or <c>Binary</c>, perhaps with a custom label behind a period.</summary>
    public required string DataType { get; init; }

    /// <summary>The value of a String or a Number.</summary>
    public string? StringValue { get; init; }

    /// <summary>The value of a Binary, in base64.</summary>
    public string? BinaryValue { get; init; }
}
