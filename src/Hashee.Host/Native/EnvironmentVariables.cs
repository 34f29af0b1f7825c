using System.Text;
using Hashee.Host.Native;

namespace Hashee.Host;

/// <summary>
/// The environment block as the process was started with, read in place: a secret decoded from <see cref="Get"/> never becomes a managed
/// string. An empty value counts as missing. Changes made with <see cref="Environment.SetEnvironmentVariable(string, string)"/> are not
/// seen.
/// </summary>
public static unsafe class EnvironmentVariables
{
    /// <summary>The value's bytes, as they lie in the environment block; empty when the variable is missing or empty.</summary>
    /// <param name="name">The variable's name.</param>
    public static ReadOnlySpan<byte> Get(string name)
    {
        Span<byte> terminated = stackalloc byte[NullTerminated.Size(name)];
        NullTerminated.Write(name, terminated);
        fixed (byte* pointer = terminated)
        {
            return NullTerminated.Read(Libc.GetEnvironment(pointer));
        }
    }

    /// <summary>The value read as UTF-8, or null when the variable is missing or empty.</summary>
    /// <param name="name">The variable's name.</param>
    public static string? GetString(string name)
    {
        ReadOnlySpan<byte> value = Get(name);
        return value.IsEmpty ? null : Encoding.UTF8.GetString(value);
    }
}
