using System.Security.Cryptography;

namespace Hashee.Emulator;

/// <summary>The one account of the local world: what Lambda hands to its functions and what SQS accepts.</summary>
/// <param name="AccessKeyId">20 characters, as in the credential scope of a signature.</param>
/// <param name="SecretAccessKey">40 characters; never printed.</param>
/// <param name="SessionToken">Sent as <c>X-Amz-Security-Token</c>; null for credentials that have none.</param>
/// <param name="Region">For example <c>eu-central-1</c>.</param>
internal sealed record AwsAccount(string AccessKeyId, string SecretAccessKey, string? SessionToken, string Region)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string Base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The account number, 12 digits, as in ARNs and queue URLs.</summary>
    public const string Id = "123456789012";

    /// <summary>An account with fresh temporary credentials, as a function's role gets them.</summary>
    public static AwsAccount CreateRandom(string region = "eu-central-1") => new(
        "ASIA" + RandomNumberGenerator.GetString(Base32, 16),
        RandomNumberGenerator.GetString(Base62, 40),
        RandomNumberGenerator.GetString(Base62, 200),
        region);

    public override string ToString() => $"{AccessKeyId} in {Region}";
}
