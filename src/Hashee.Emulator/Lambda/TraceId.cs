using System.Security.Cryptography;

namespace Hashee.Emulator.Lambda;

/// <summary>X-Ray trace headers.</summary>
internal static class TraceId
{
    /// <summary>A fresh trace: <c>Root=1-</c>, the Unix time in 8 hex digits, a dash and 24 more.</summary>
    public static string CreateRoot() =>
        $"Root=1-{DateTimeOffset.UtcNow.ToUnixTimeSeconds():x8}-{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    /// <summary>A fresh trace with a parent, not sampled, as a runtime gets it.</summary>
    public static string Create() => $"{CreateRoot()};Parent={RandomNumberGenerator.GetHexString(16, lowercase: true)};Sampled=0";
}
