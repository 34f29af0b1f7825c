using System.Security.Cryptography;
using Hashee.Host.Native;

namespace Hashee.Testing.Servers;

/// <summary>
/// OpenSSL as a careless machine configures it: everything weak is allowed, for .NET's servers as for us. What is refused here is refused by what the
/// product itself sets, on any distribution.
/// </summary>
internal static unsafe class LaxOpenSsl
{
    /// <summary>Must come before anything else that loads OpenSSL: from a module initializer.</summary>
    internal static void Configure()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "lax-openssl.cnf");
        File.WriteAllText(
            file,
            """
            openssl_conf = all
            [all]
            ssl_conf = ssl
            [ssl]
            system_default = lax
            [lax]
            MinProtocol = TLSv1
            CipherString = ALL:@SECLEVEL=0

            """);
        Span<byte> path = stackalloc byte[NullTerminated.Size(file)];
        NullTerminated.Write(file, path);
        fixed (byte* name = "OPENSSL_CONF"u8, value = path)
        {
            _ = Libc.SetEnvironment(name, value, overwrite: 1);
        }

        // .NET starts OpenSSL with its configuration, as it does where it comes before us in a function.
        _ = SHA256.HashData([]);
    }
}
