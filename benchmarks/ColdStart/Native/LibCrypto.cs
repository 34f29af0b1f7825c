using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>The system's OpenSSL, which measured programs load.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary>Its version, for example <c>OpenSSL 3.0.20</c>; null where there is no OpenSSL 3.</summary>
    public static string? Version
    {
        get
        {
            try
            {
                return Marshal.PtrToStringUTF8((nint)OpenSSL_version(0)) is { } text ? string.Join(' ', text.Split(' ').Take(2)) : null;
            }
            catch (DllNotFoundException)
            {
                return null;
            }
        }
    }

    [LibraryImport("libcrypto.so.3")]
    private static partial byte* OpenSSL_version(int what);
}
