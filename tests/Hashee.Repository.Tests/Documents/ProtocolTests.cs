using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hashee.Protocol;

namespace Hashee.Repository.Tests.Documents;

/// <summary>The worked examples of docs/protocol.md, against the vectors and the library.</summary>
public sealed partial class ProtocolTests
{
    private static readonly string Document = Repository.Read("docs/protocol.md");
    private static readonly IReadOnlyList<Field> Fields = ReadFields();

    [Fact]
    public void The_offsets_of_the_example_fit_its_bytes()
    {
        int offset = 0;
        Assert.All(Fields, field =>
        {
            Assert.Equal(offset, field.Offset);
            offset += field.Bytes.Length;
        });
    }

    [Fact]
    public void The_example_is_the_vector()
    {
        using JsonDocument vectors = JsonDocument.Parse(Repository.Read("tests/vectors/envelope-v1.json"));
        JsonElement vector = vectors.RootElement.GetProperty("cases").EnumerateArray()
            .Single(static vector => vector.GetProperty("name").ValueEquals("text"));
        Assert.Equal(vector.GetProperty("envelope").GetBytesFromBase64(), Join(Fields));
        Assert.Equal(vectors.RootElement.GetProperty("agent_x25519_private").GetString(), Value("recipient's X25519 private key"));
        Assert.Equal(vectors.RootElement.GetProperty("sender_ed25519_public").GetString(), Value("sender's Ed25519 public key"));
    }

    [Fact]
    public async Task The_library_opens_the_example_and_finds_what_is_said_beside_the_bytes()
    {
        Assert.True(X25519PrivateKey.TryImportBase64(Value("recipient's X25519 private key"), out X25519PrivateKey? key));
        Assert.True(Ed25519PublicKey.TryImportBase64(Value("sender's Ed25519 public key"), out Ed25519PublicKey? signer));
        using (key)
        {
            EnvelopeResult result = await new EnvelopeReader(Said("recipient id"), key).OpenAsync(
                Base64(Join(Fields)), Said("conversation id"), Said("sender id"), new FixedSenderKeys(signer), TestContext.Current.CancellationToken);
            Assert.Equal(EnvelopeOutcome.Opened, result.Outcome);
            OpenedEnvelope envelope = result.Envelope!;
            Assert.Equal(Value("payload"), Encoding.UTF8.GetString(envelope.PayloadJson.Span));
            Assert.Equal(Said("sender id"), envelope.SenderId);
            Assert.Equal(Said("conversation id"), envelope.ConversationId);
            Assert.Equal(Said("message id"), envelope.MessageId);
            Assert.Equal(Said("created"), envelope.CreatedUnixMilliseconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void What_is_said_beside_the_bytes_is_what_they_hold()
    {
        Assert.Equal("HSE1"u8, Find("version").Bytes);
        Assert.Equal(Said("recipient id"), Encoding.UTF8.GetString(Find("recipient id").Bytes));
        Assert.All(Fields.Where(static field => field.Text.StartsWith("length ", StringComparison.Ordinal)), static field => Assert.Equal(
            Convert.ToInt32(Convert.ToHexString(field.Bytes), 16), int.Parse(field.Text["length ".Length..], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_content_key_decrypts_the_ciphertext_under_the_header()
    {
        byte[] ciphertext = Find("ciphertext").Bytes;
        byte[] header = Join(Fields.TakeWhile(static field => field.Name != "recipients"));
        byte[] payload = new byte[ciphertext.Length - 16];
        using AesGcm aes = new(Convert.FromHexString(Value("content key, unwrapped")), 16);
        aes.Decrypt(Find("nonce").Bytes, ciphertext[..^16], ciphertext[^16..], payload, header);
        Assert.Equal(Value("payload"), Encoding.UTF8.GetString(payload));
        Assert.Contains($"bytes 0 to {header.Length - 1} |", Document, StringComparison.Ordinal);
        Assert.Contains($"then bytes 0 to {Find("signature").Offset - 1} |", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void The_webhook_call_of_the_example_is_signed_with_the_secret_beside_it()
    {
        Match example = WebhookExample().Match(Document);
        Assert.True(example.Success, "docs/protocol.md has no webhook call as an example.");
        string signature = WebhookSignature.Sign(
            Encoding.UTF8.GetBytes(example.Groups["secret"].Value),
            long.Parse(example.Groups["timestamp"].Value, CultureInfo.InvariantCulture),
            example.Groups["delivery"].Value,
            Encoding.UTF8.GetBytes(example.Groups["body"].Value));
        Assert.Equal(signature, example.Groups["signature"].Value);
    }

    [Fact]
    public void Every_outcome_of_the_library_is_explained() => Assert.All(
        Enum.GetValues<EnvelopeOutcome>().Where(static outcome => outcome != EnvelopeOutcome.Undecided),
        static outcome => Assert.Contains($"`{outcome.Name()}`", Document, StringComparison.Ordinal));

    private static string Said(string name) => Find(name).Text;

    private static Field Find(string name) =>
        Fields.Single(field => field.Name == name && !field.Text.StartsWith("length ", StringComparison.Ordinal));

    private static string Value(string name) =>
        Regex.Match(Document, $@"^\| {Regex.Escape(name)} \| `(?<value>[^`]+)` \|$", RegexOptions.Multiline).Groups["value"].Value;

    private static byte[] Join(IEnumerable<Field> fields) => [.. fields.SelectMany(static field => field.Bytes)];

    private static byte[] Base64(byte[] envelope) => Encoding.ASCII.GetBytes(Convert.ToBase64String(envelope));

    /// <summary>Lines of offset, hex and name; a line without a name goes on with the field above.</summary>
    private static List<Field> ReadFields()
    {
        List<Field> fields = [];
        foreach (Match line in ExampleLine().Matches(Example().Match(Document).Value))
        {
            byte[] bytes = Convert.FromHexString(line.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal));
            int offset = int.Parse(line.Groups["offset"].Value, CultureInfo.InvariantCulture);
            if (line.Groups["name"].Success)
            {
                fields.Add(new Field(offset, bytes, line.Groups["name"].Value, line.Groups["text"].Value));
            }
            else
            {
                Assert.Equal(offset, fields[^1].Offset + fields[^1].Bytes.Length);
                fields[^1] = fields[^1] with { Bytes = [.. fields[^1].Bytes, .. bytes] };
            }
        }

        return fields;
    }

    [GeneratedRegex("(?<=^```envelope\n).*?(?=^```$)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(
        "^ *(?<offset>[0-9]+)  (?<hex>[0-9a-f]{2}(?: [0-9a-f]{2})*)(?: +(?<name>[a-z][a-z ]*)(?:: (?<text>.+))?)?$",
        RegexOptions.Multiline)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(
        "secret `(?<secret>[^`]+)`.*?^X-Hashee-Timestamp: (?<timestamp>[0-9]+)$.*?^X-Hashee-Delivery-Id: (?<delivery>.+?)$.*?"
        + "^X-Hashee-Signature: (?<signature>[0-9a-f]{64})$\n\n(?<body>[^\n]+)$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex WebhookExample();

    /// <param name="Offset">Where it begins in the envelope, in bytes.</param>
    /// <param name="Bytes">Its bytes.</param>
    /// <param name="Name">Its name in the table above the example.</param>
    /// <param name="Text">What the document says of its value; empty where it says nothing.</param>
    private sealed record Field(int Offset, byte[] Bytes, string Name, string Text);
}
