using Hashee.Host;
using Hashee.Host.Transport;

namespace Hashee.Aws;

/// <summary>What every SQS client of a function shares.</summary>
public sealed class SqsSettings
{
    /// <summary>AWS_REGION.</summary>
    public required string Region { get; init; }

    /// <summary>AWS_ACCESS_KEY_ID.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>AWS_SECRET_ACCESS_KEY as UTF-8.</summary>
    public required byte[] SecretAccessKey { get; init; }

    /// <summary>AWS_SESSION_TOKEN, sent when it is set.</summary>
    public string? SessionToken { get; init; }

    /// <summary>AWS_ENDPOINT_URL_SQS: where to connect in place of the queue URL's origin.</summary>
    public Origin? Endpoint { get; init; }

    /// <summary>
    /// AWS_CA_BUNDLE: the path of a PEM file that replaces the built-in roots; read when the first https connection is made.
    /// </summary>
    public string? CertificateBundle { get; init; }

    /// <summary>Whom these clients trust; the same for all of them.</summary>
    internal Trust Trust => field ??= CertificateBundle is null ? AmazonTrust.Instance : new BundleTrust(CertificateBundle, "AWS_CA_BUNDLE");

    /// <summary>
    /// Reads the settings from the variables named at each property; problems are added to <paramref name="configuration"/>.
    /// </summary>
    public static SqsSettings Read(Configuration configuration)
    {
        HttpUrl? endpoint = configuration.OptionalUrl("AWS_ENDPOINT_URL_SQS");
        if (endpoint is { Path: not "/" })
        {
            configuration.Malformed("AWS_ENDPOINT_URL_SQS", "must be an origin, without a path");
        }

        return new SqsSettings
        {
            Region = configuration.Require("AWS_REGION"),
            AccessKeyId = configuration.Require("AWS_ACCESS_KEY_ID"),
            SecretAccessKey = configuration.RequireBytes("AWS_SECRET_ACCESS_KEY").ToArray(),
            SessionToken = Configuration.Optional("AWS_SESSION_TOKEN"),
            Endpoint = endpoint?.Origin,
            CertificateBundle = Configuration.Optional("AWS_CA_BUNDLE"),
        };
    }
}
