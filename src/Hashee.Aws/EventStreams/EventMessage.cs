using System.Text;

namespace Hashee.Aws;

/// <summary>A message of an event stream; valid until the next is read.</summary>
/// <param name="Headers">Its headers as they came; <see cref="EventHeader"/> reads them.</param>
/// <param name="Payload">What it carries.</param>
internal readonly record struct EventMessage(ReadOnlyMemory<byte> Headers, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The text of a header; empty when there is none, or it is of another type.</summary>
    internal string Text(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> headers = Headers.Span;
        while (EventHeader.TryTake(ref headers, out EventHeader header))
        {
            if (header.Type == EventHeaderType.Text && header.Name.SequenceEqual(name))
            {
                return Encoding.UTF8.GetString(header.Value);
            }
        }

        return "";
    }
}
