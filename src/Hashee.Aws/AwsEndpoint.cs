using Hashee.Host;

namespace Hashee.Aws;

/// <summary>Where a service is.</summary>
public static class AwsEndpoint
{
    private const string Everybody = "AWS_ENDPOINT_URL";

    /// <summary>Reads where to connect in place of AWS's own host; a problem is added to <paramref name="configuration"/>.</summary>
    /// <param name="configuration">The function's environment.</param>
    /// <param name="variable">The service's own variable, such as AWS_ENDPOINT_URL_SQS, which wins over AWS_ENDPOINT_URL.</param>
    /// <returns>Null when neither is set.</returns>
    public static Origin? Read(Configuration configuration, string variable)
    {
        string name = Configuration.Optional(variable) is null ? Everybody : variable;
        HttpUrl? endpoint = configuration.OptionalUrl(name);
        if (endpoint is { Path: not "/" })
        {
            configuration.Malformed(name, "must be an origin, without a path");
        }

        return endpoint?.Origin;
    }

    /// <summary>A service's public host in a region of the standard, the China, the GovCloud or the European sovereign partition.</summary>
    /// <param name="prefix">The host's first labels, such as <c>dynamodb</c>.</param>
    /// <param name="region">The region.</param>
    /// <exception cref="ConfigurationException">This is no region's name.</exception>
    internal static Origin Of(string prefix, string region)
    {
        string suffix = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn"
            : region.StartsWith("eusc-", StringComparison.Ordinal) ? "amazonaws.eu"
            : "amazonaws.com";
        return region.Length > 0 && !region.AsSpan().ContainsAny('.', ':') &&
            Origin.TryParseAuthority($"{prefix}.{region}.{suffix}", isTls: true, out Origin origin)
            ? origin
            : throw new ConfigurationException(
                "The region (AWS_REGION, or the service's own) is malformed: it must be a name such as eu-central-1.");
    }
}
