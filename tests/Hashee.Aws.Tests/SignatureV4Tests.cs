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
    private static readonly string Suite = Path.Combine(AppContext.BaseDirectory, "vectors", "sigv4");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Suite).Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_of_the_suite_is_signed_as_expected(string name)
    {
        string Read(string file) => File.ReadAllText(Path.Combine(Suite, name, file));
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
            isS3: !context.GetProperty("normalize").GetBoolean());
        headers.ForEach(header => signature.AddHeader(Encoding.UTF8.GetBytes(header.Name), Encoding.UTF8.GetBytes(header.Value)));
        ByteBuffer authorization = new(16);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), payloadHash, authorization);

        Assert.Equal(Read("header-canonical-request.txt"), Encoding.UTF8.GetString(signature.CanonicalRequest));
        Assert.Equal(Read("header-string-to-sign.txt"), Encoding.UTF8.GetString(signature.StringToSign));
        string[] signedRequest = Read("header-signed-request.txt").Split('\n');
        Assert.Contains($"Authorization:{Encoding.UTF8.GetString(authorization.Written)}", signedRequest);
    }

    [Fact]
    public void The_whole_suite_is_there() => Assert.Equal(38, Cases.Count);

    /// <summary>Paths and queries as npm's aws4 signs them, for S3 and for a service like all others.</summary>
    [Fact]
    public void S3_signs_a_path_as_it_is_sent_and_every_other_service_encodes_it_once_more()
    {
        JsonElement cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "sigv4-aws4.json"))).RootElement;
        Assert.Equal(24, cases.GetArrayLength());
        Assert.All(cases.EnumerateArray(), static one =>
        {
            string Text(string name) => one.GetProperty(name).GetString()!;
            string service = Text("service");
            bool isS3 = service == "s3";
            byte[] payloadHash = SHA256.HashData("body"u8);
            SignatureV4 signature = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"u8.ToArray(), "eu-west-1", service);
            signature.Begin("PUT"u8, Encoding.ASCII.GetBytes(Text("path")), Encoding.ASCII.GetBytes(Text("query")), isS3);
            signature.AddHeader("Host"u8, Encoding.ASCII.GetBytes($"{service}.example.com"));
            signature.AddHeader("Content-Type"u8, "text/plain"u8);
            signature.AddHeader("X-Amz-Date"u8, "20261125T120000Z"u8);
            if (isS3)
            {
                signature.AddHeader("X-Amz-Content-Sha256"u8, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(payloadHash)));
            }

            ByteBuffer authorization = new(16);
            signature.Finish("20261125T120000Z"u8, payloadHash, authorization);

            Assert.Equal(Text("authorization"), Encoding.ASCII.GetString(authorization.Written));
        });
    }

    [Fact]
    public void The_signing_key_changes_with_the_day()
    {
        SignatureV4 kept = NewSignature();
        Sign(kept, "20150830T235959Z");

        Assert.Equal(Sign(NewSignature(), "20150831T000000Z"), Sign(kept, "20150831T000000Z"));
        Assert.Equal(Sign(NewSignature(), "20150830T235959Z"), Sign(kept, "20150830T235959Z"));
    }

    [Fact]
    public void A_post_to_the_root_is_signed_as_any_other_request_to_it()
    {
        SignatureV4 signature = NewSignature();
        signature.Begin("POST"u8, "/"u8, query: default);
        string expected = Encoding.ASCII.GetString(signature.CanonicalRequest);

        signature.AddHeader("Host"u8, "of-the-last-request"u8);
        signature.BeginPost();

        Assert.Equal(expected, Encoding.ASCII.GetString(signature.CanonicalRequest));
        Assert.Equal(Sign(NewSignature(), "20150830T235959Z"), Finish(signature, "20150830T235959Z"));
    }

    private static SignatureV4 NewSignature() => new("AKIDEXAMPLE", "secret"u8.ToArray(), "us-east-1", "sqs");

    private static string Sign(SignatureV4 signature, string timestamp)
    {
        signature.Begin("POST"u8, "/"u8, default);
        return Finish(signature, timestamp);
    }

    private static string Finish(SignatureV4 signature, string timestamp)
    {
        ByteBuffer authorization = new(16);
        signature.AddHeader("Host"u8, "example.com"u8);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), SHA256.HashData([]), authorization);
        return Encoding.ASCII.GetString(authorization.Written);
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
