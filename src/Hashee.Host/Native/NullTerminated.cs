using System.Runtime.InteropServices;
using System.Text;

namespace Hashee.Host.Native;

/// <summary>Text on its way into and out of C.</summary>
internal static unsafe class NullTerminated
{
    /// <summary>Writes <paramref name="text"/> as UTF-8 with a NUL behind it.</summary>
    /// <returns>The bytes written, the NUL included.</returns>
    internal static int Write(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int length = Encoding.UTF8.GetBytes(text, destination[..^1]);
        destination[length] = 0;
        return length + 1;
    }

    /// <summary>The bytes a buffer for <see cref="Write"/> must have.</summary>
    internal static int Size(ReadOnlySpan<char> text) => Encoding.UTF8.GetByteCount(text) + 1;

    internal static ReadOnlySpan<byte> Read(byte* text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);

    internal static string ReadString(byte* text) => Encoding.UTF8.GetString(Read(text));
}
