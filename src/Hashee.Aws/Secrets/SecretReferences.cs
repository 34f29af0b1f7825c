using System.Text;
using System.Text.Json;
using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>
/// Variables whose value is a reference: <c>secretsmanager:&lt;name or ARN&gt;[#&lt;JSON key&gt;]</c> (GetSecretValue) or <c>ssm:&lt;name&gt;</c>
/// (GetParameter, decrypted). What they refer to takes their place in the environment block, before anything reads them; once in an instance's life.
/// </summary>
internal static class SecretReferences
{
    private const string SecretsManager = "Secrets Manager";
    private const string Ssm = "Systems Manager";

    /// <summary>INIT may take 10 s.</summary>
    private static readonly TimeSpan LongestResolving = TimeSpan.FromSeconds(8);

    /// <summary>Resolves all of them: those of the two services at the same time, those of one service over one connection, each secret once.</summary>
    /// <exception cref="ConfigurationException">One could not be resolved; names each such variable and the service's error code.</exception>
    internal static void Resolve()
    {
        List<Reference> secrets = Find("secretsmanager:"u8, '#');
        List<Reference> parameters = Find("ssm:"u8, keySign: null);
        if (secrets.Count + parameters.Count == 0)
        {
            return;
        }

        Configuration environment = new();
        AwsSettings settings = AwsSettings.Read(environment);
        Origin? secretsManager = AwsEndpoint.Read(environment, SecretsManagerClient.EndpointVariable);
        Origin? ssm = AwsEndpoint.Read(environment, SsmClient.EndpointVariable);
        environment.ThrowIfInvalid();

        using CancellationTokenSource end = new(LongestResolving);
        TimeLimit limit = new(Deadline.After(LongestResolving), end.Token);
        Task.WhenAll(ReadSecretsAsync(secrets, settings, secretsManager, limit), ReadParametersAsync(parameters, settings, ssm, limit))
            .GetAwaiter().GetResult();
        foreach (Reference reference in secrets.Concat(parameters))
        {
            if (Put(reference) is { } problem)
            {
                environment.Add($"{reference.Variable} {problem}");
            }
        }

        environment.ThrowIfInvalid();
    }

    private static List<Reference> Find(ReadOnlySpan<byte> prefix, char? keySign)
    {
        List<Reference> found = [];
        foreach (string variable in EnvironmentVariables.NamesOf(prefix))
        {
            string text = Encoding.UTF8.GetString(EnvironmentVariables.Get(variable)[prefix.Length..]);
            int key = keySign is { } sign ? text.LastIndexOf(sign) : -1;
            found.Add(new Reference(variable, key < 0 ? text : text[..key], key < 0 ? null : text[(key + 1)..]));
        }

        return found;
    }

    private static async Task ReadSecretsAsync(List<Reference> references, AwsSettings settings, Origin? endpoint, TimeLimit limit)
    {
        if (references.Count > 0)
        {
            using SecretsManagerClient client = new(settings, endpoint);
            await ReadAsync(references, SecretsManager, id => client.GetSecretValueAsync(id, limit)).ConfigureAwait(false);
        }
    }

    private static async Task ReadParametersAsync(List<Reference> references, AwsSettings settings, Origin? endpoint, TimeLimit limit)
    {
        if (references.Count > 0)
        {
            using SsmClient client = new(settings, endpoint);
            await ReadAsync(references, Ssm, id => client.GetParameterAsync(id, limit)).ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(List<Reference> references, string service, Func<string, ValueTask<(AwsOutcome Outcome, byte[] Value)>> read)
    {
        foreach (IGrouping<string, Reference> same in references.GroupBy(static reference => reference.Id, StringComparer.Ordinal))
        {
            (AwsOutcome outcome, byte[] value) = same.Key.Length == 0 ? default : await read(same.Key).ConfigureAwait(false);
            string? problem = outcome.IsAccepted ? null
                : same.Key.Length == 0 ? "is malformed: it must be secretsmanager:<name or ARN>[#<JSON key>] or ssm:<name>"
                : outcome.Code is { Length: > 0 } code ? $"cannot be resolved: {service} answers {code}"
                : $"cannot be resolved: {service}: {outcome.Reason}";
            foreach (Reference reference in same)
            {
                reference.Value = value;
                reference.Problem = problem;
            }
        }
    }

    /// <returns>What is wrong with it; null when it took its place.</returns>
    private static string? Put(Reference reference)
    {
        if (reference.Problem is not null)
        {
            return reference.Problem;
        }

        if ((reference.Key is { } key ? Member(reference.Value, key) : reference.Value) is not { } value)
        {
            return "cannot be resolved: its secret is not a JSON object that has this key with a text, a number, true or false";
        }

        if (value.Length == 0 || value.Contains((byte)0))
        {
            return "cannot be resolved: what it refers to is empty or has a NUL in it";
        }

        EnvironmentVariables.Set(reference.Variable, value);
        return null;
    }

    private static byte[]? Member(ReadOnlySpan<byte> json, string key)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isWanted = reader.ValueTextEquals(key);
                reader.Read();
                if (isWanted)
                {
                    return Scalar(reader);
                }

                reader.Skip();
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Not JSON, or a name with half of a surrogate pair in it.
        }

        return null;
    }

    private static byte[]? Scalar(Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
        {
            return reader.ValueSpan.ToArray();
        }

        ByteBuffer text = new(reader.ValueSpan.Length);
        if (reader.TokenType != JsonTokenType.String || !JsonText.TryResolve(reader.ValueSpan, text.GetSpan(reader.ValueSpan.Length), out int written))
        {
            return null;
        }

        text.Advance(written);
        return text.Written.ToArray();
    }

    private sealed class Reference(string variable, string id, string? key)
    {
        public string Variable => variable;

        public string Id => id;

        public string? Key => key;

        public byte[] Value { get; set; } = [];

        public string? Problem { get; set; }
    }
}
