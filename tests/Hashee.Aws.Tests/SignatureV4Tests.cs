using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hashee.Host;

namespace Hashee.Aws.Tests;

/// <summary>
/// AWS's signing test suite (awslabs/aws-c-auth, aws-signing-test-suite/v4), the part that signs in the Authorization header.
/// </summary>
public class SignatureV4Tests
{
    public static TheoryData<string> Cases =>
        Suite() is { } suite ? [.. Directory.GetDirectories(suite).Select(path => Path.GetFileName(path)).Order()] : [];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_case_of_the_suite_is_signed_as_expected(string name)
    {
        string Read(string file) => File.ReadAllText(Path.Combine(Suite()!, name, file));
        JsonElement context = JsonDocument.Parse(Read("context.json")).RootElement;
        JsonElement credentials = context.GetProperty("credentials");
        SuiteRequest request = SuiteRequest.Parse(Read("request.txt"));
        byte[] payloadHash = SHA256.HashData(Encoding.UTF8.GetBytes(request.Body));
        string timestamp = context.GetProperty("timestamp").GetString()!
            .Replace("-", "", StringComparison.Ordinal)
            .Replace(":", "", StringComparison.Ordinal);
        List<(string Name, string Value)> headers = [.. request.Headers, ("X-Amz-Date", timestamp)];
        bool omitsToken = context.TryGetProperty("omit_session_token", out JsonElement omits) && omits.GetBoolean();
        if (credentials.TryGetProperty("token", out JsonElement token) && !omitsToken)
        {
            headers.Add(("X-Amz-Security-Token", token.GetString()!));
        }

        if (context.GetProperty("sign_body").GetBoolean())
        {
            headers.Add(("x-amz-content-sha256", Convert.ToHexStringLower(payloadHash)));
        }

        SignatureV4 signature = new(
            credentials.GetProperty("access_key_id").GetString()!,
            Encoding.UTF8.GetBytes(credentials.GetProperty("secret_access_key").GetString()!),
            context.GetProperty("region").GetString()!,
            context.GetProperty("service").GetString()!);
        signature.Begin(
            Encoding.UTF8.GetBytes(request.Method),
            Encoding.UTF8.GetBytes(request.Path),
            Encoding.UTF8.GetBytes(request.Query),
            context.GetProperty("normalize").GetBoolean());
        headers.ForEach(header => signature.AddHeader(Encoding.UTF8.GetBytes(header.Name), Encoding.UTF8.GetBytes(header.Value)));
        ByteBuffer authorization = new(16);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), payloadHash, authorization);

        Assert.Equal(Read("header-canonical-request.txt"), Encoding.UTF8.GetString(signature.CanonicalRequest));
        Assert.Equal(Read("header-string-to-sign.txt"), Encoding.UTF8.GetString(signature.StringToSign));
        string[] signedRequest = Read("header-signed-request.txt").Split('\n');
        Assert.Contains($"Authorization:{Encoding.UTF8.GetString(authorization.Written)}", signedRequest);
    }

    [Fact]
    public void The_whole_suite_is_there()
    {
        Assert.SkipWhen(
            Suite() is null,
            "There is no folder shared/vectors/sigv4 beside the checkout: put the cases of awslabs/aws-c-auth, aws-signing-test-suite/v4, there.");
        Assert.Equal(38, Cases.Count);
    }

    [Fact]
    public void The_signing_key_changes_with_the_day()
    {
        SignatureV4 kept = NewSignature();
        Sign(kept, "20150830T235959Z");

        Assert.Equal(Sign(NewSignature(), "20150831T000000Z"), Sign(kept, "20150831T000000Z"));
        Assert.Equal(Sign(NewSignature(), "20150830T235959Z"), Sign(kept, "20150830T235959Z"));
    }

    private static SignatureV4 NewSignature() => new("AKIDEXAMPLE", "secret"u8.ToArray(), "us-east-1", "sqs");

    private static string Sign(SignatureV4 signature, string timestamp)
    {
        ByteBuffer authorization = new(16);
        signature.Begin("POST"u8, "/"u8, default);
        signature.AddHeader("Host"u8, "example.com"u8);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), SHA256.HashData([]), authorization);
        return Encoding.ASCII.GetString(authorization.Written);
    }

    private static string? Suite()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string candidate = Path.Combine(directory.FullName, "shared", "vectors", "sigv4");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>A request of the suite: HTTP with bare line feeds and, in some cases, folded headers.</summary>
    private sealed record SuiteRequest(string Method, string Path, string Query, List<(string Name, string Value)> Headers, string Body)
    {
        internal static SuiteRequest Parse(string text)
        {
            string[] parts = text.Split("\n\n", 2);
            string[] lines = parts[0].TrimEnd('\n').Split('\n');
            string[] methodAndTarget = lines[0][..lines[0].LastIndexOf(' ')].Split(' ', 2);
            string[] target = methodAndTarget[1].Split('?', 2);
            List<(string Name, string Value)> headers = [];
            foreach (string line in lines.Skip(1))
            {
                if (char.IsWhiteSpace(line[0]))
                {
                    headers[^1] = (headers[^1].Name, $"{headers[^1].Value}\n{line}");
                }
                else
                {
                    string[] header = line.Split(':', 2);
                    headers.Add((header[0], header[1]));
                }
            }

            return new SuiteRequest(
                methodAndTarget[0], target[0], target.ElementAtOrDefault(1) ?? "", headers, parts.ElementAtOrDefault(1) ?? "");
        }
    }
}
