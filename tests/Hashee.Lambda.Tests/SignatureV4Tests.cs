using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hashee.Lambda.Tests;

/// <summary>AWS's signing test suite (awslabs/aws-c-auth, aws-signing-test-suite/v4), the part that signs in the Authorization header.</summary>
public class SignatureV4Tests
{
    public static TheoryData<string> Cases => Suite() is { } suite ? [.. Directory.GetDirectories(suite).Select(path => Path.GetFileName(path)).Order()] : [];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_case_of_the_suite_is_signed_as_expected(string name)
    {
        string directory = Path.Combine(Suite()!, name);
        JsonElement context = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "context.json"))).RootElement;
        (string method, string path, string query, List<(string Name, string Value)> headers, string body) = ParseRequest(File.ReadAllText(Path.Combine(directory, "request.txt")));
        JsonElement credentials = context.GetProperty("credentials");
        byte[] payloadHash = SHA256.HashData(Encoding.UTF8.GetBytes(body));
        string timestamp = context.GetProperty("timestamp").GetString()!.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
        SignatureV4 signature = new(
            credentials.GetProperty("access_key_id").GetString()!,
            Encoding.UTF8.GetBytes(credentials.GetProperty("secret_access_key").GetString()!),
            context.GetProperty("region").GetString()!,
            context.GetProperty("service").GetString()!);

        signature.Begin(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(query), context.GetProperty("normalize").GetBoolean());
        headers.Add(("X-Amz-Date", timestamp));
        if (credentials.TryGetProperty("token", out JsonElement token) && !(context.TryGetProperty("omit_session_token", out JsonElement omits) && omits.GetBoolean()))
        {
            headers.Add(("X-Amz-Security-Token", token.GetString()!));
        }

        if (context.GetProperty("sign_body").GetBoolean())
        {
            headers.Add(("x-amz-content-sha256", Convert.ToHexStringLower(payloadHash)));
        }

        foreach ((string headerName, string value) in headers)
        {
            signature.AddHeader(Encoding.UTF8.GetBytes(headerName), Encoding.UTF8.GetBytes(value));
        }

        ByteBuffer authorization = new(16);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), payloadHash, authorization);

        Assert.Equal(File.ReadAllText(Path.Combine(directory, "header-canonical-request.txt")), Encoding.UTF8.GetString(signature.CanonicalRequest));
        Assert.Equal(File.ReadAllText(Path.Combine(directory, "header-string-to-sign.txt")), Encoding.UTF8.GetString(signature.StringToSign));
        string expected = File.ReadLines(Path.Combine(directory, "header-signed-request.txt")).Single(line => line.StartsWith("Authorization:", StringComparison.Ordinal));
        Assert.Equal(expected, $"Authorization:{Encoding.UTF8.GetString(authorization.Written)}");
    }

    [Fact]
    public void The_whole_suite_is_there()
    {
        Assert.SkipWhen(Suite() is null, "The folder shared/vectors/sigv4 is not beside this repository.");
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

    private static (string Method, string Path, string Query, List<(string Name, string Value)> Headers, string Body) ParseRequest(string text)
    {
        string[] parts = text.Split("\n\n", 2);
        string[] lines = parts[0].TrimEnd('\n').Split('\n');
        int end = lines[0].LastIndexOf(' ');
        string[] methodAndTarget = lines[0][..end].Split(' ', 2);
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

        return (methodAndTarget[0], target[0], target.Length > 1 ? target[1] : "", headers, parts.Length > 1 ? parts[1] : "");
    }
}
