using System.Text;

namespace Hashee.Emulator.Sqs;

/// <summary>A typed value beside the body of a message.</summary>
/// <param name="DataType"><c>String</c>, <c>Number</c> or <c>Binary</c>, with an optional label behind a dot.</param>
/// <param name="StringValue">The value, unless the type is binary.</param>
/// <param name="BinaryValue">The value of a binary attribute.</param>
internal sealed record MessageAttribute(string DataType, string? StringValue, byte[]? BinaryValue)
{
    public static MessageAttribute FromString(string value) => new("String", value, null);

    public bool IsBinary => DataType.Split('.')[0] == "Binary";

    /// <summary>The bytes of the value, as they count for size and digest.</summary>
    public byte[] ValueBytes => BinaryValue ?? Encoding.UTF8.GetBytes(StringValue ?? string.Empty);
}
