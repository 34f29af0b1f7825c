using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>What every client of an AWS service shares.</summary>
public sealed class AwsSettings
{
    /// <summary>AWS_REGION.</summary>
    public required string Region { get; init; }

    /// <summary>AWS_ACCESS_KEY_ID.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>AWS_SECRET_ACCESS_KEY as UTF-8.</summary>
    public required byte[] SecretAccessKey { get; init; }

    /// <summary>AWS_SESSION_TOKEN, sent when it is set.</summary>
    public string? SessionToken { get; init; }

    /// <summary>
    /// AWS_CA_BUNDLE: the path of a PEM file that replaces the built-in roots; read when the first https connection is made.
    /// </summary>
    public string? CertificateBundle { get; init; }

    /// <summary>Whom these clients trust; the same for all of them.</summary>
    internal Trust Trust => field ??= CertificateBundle is null ? AmazonTrust.Instance : new BundleTrust(CertificateBundle, "AWS_CA_BUNDLE");

    /// <summary>
    /// Reads the settings from the variables named at each property; problems are added to <paramref name="configuration"/>.
    /// </summary>
    public static AwsSettings Read(Configuration configuration) => new()
    {
        Region = configuration.Require("AWS_REGION"),
        AccessKeyId = configuration.Require("AWS_ACCESS_KEY_ID"),
        SecretAccessKey = configuration.RequireBytes("AWS_SECRET_ACCESS_KEY").ToArray(),
        SessionToken = Configuration.Optional("AWS_SESSION_TOKEN"),
        CertificateBundle = Configuration.Optional("AWS_CA_BUNDLE"),
    };
}
