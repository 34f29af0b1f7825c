using System.Runtime.InteropServices;
using System.Security.Cryptography;
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

    /// <summary>Whether a variable is there, be it empty: for the few that mean something by that.</summary>
    /// <param name="name">The variable's name.</param>
    public static bool IsSet(string name)
    {
        Span<byte> terminated = stackalloc byte[NullTerminated.Size(name)];
        NullTerminated.Write(name, terminated);
        fixed (byte* pointer = terminated)
        {
            return Libc.GetEnvironment(pointer) is not null;
        }
    }

    /// <summary>The value read as UTF-8, or null when the variable is missing or empty.</summary>
    /// <param name="name">The variable's name.</param>
    public static string? GetString(string name)
    {
        ReadOnlySpan<byte> value = Get(name);
        return value.IsEmpty ? null : Encoding.UTF8.GetString(value);
    }

    /// <summary>The variables whose value begins with these bytes.</summary>
    internal static IReadOnlyList<string> NamesOf(ReadOnlySpan<byte> prefix)
    {
        List<string> names = [];
        byte** variables = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        for (; variables != null && *variables != null; variables++)
        {
            ReadOnlySpan<byte> variable = NullTerminated.Read(*variables);
            int sign = variable.IndexOf((byte)'=');
            if (sign > 0 && variable[(sign + 1)..].StartsWith(prefix))
            {
                names.Add(Encoding.UTF8.GetString(variable[..sign]));
            }
        }

        return names;
    }

    /// <summary>
    /// Puts a value into the environment block in place of another, where .NET finds it too as long as nobody has changed or listed variables with .NET. Not
    /// while other threads read variables.
    /// </summary>
    internal static void Set(string name, ReadOnlySpan<byte> value)
    {
        Span<byte> terminatedName = stackalloc byte[NullTerminated.Size(name)];
        NullTerminated.Write(name, terminatedName);
        byte[] terminated = [.. value, 0];
        fixed (byte* namePointer = terminatedName, valuePointer = terminated)
        {
            if (Libc.SetEnvironment(namePointer, valuePointer, overwrite: 1) != 0)
            {
                throw new InvalidOperationException($"{name} cannot be set.");
            }
        }

        CryptographicOperations.ZeroMemory(terminated);
    }
}
