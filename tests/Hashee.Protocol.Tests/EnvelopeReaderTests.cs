using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class EnvelopeReaderTests : IDisposable
{
    private readonly Ed25519PrivateKey _senderKey = Ed25519PrivateKey.Generate();
    private readonly X25519PrivateKey _agentKey = X25519PrivateKey.Generate();
    private readonly IReadOnlyList<Ed25519PublicKey> _strangers;
    private readonly EnvelopeReader _reader;

    public EnvelopeReaderTests()
    {
        using Ed25519PrivateKey stranger = Ed25519PrivateKey.Generate();
        _strangers = [stranger.PublicKey];
        _reader = new EnvelopeReader("agent", _agentKey);
    }

    public void Dispose()
    {
        _senderKey.Dispose();
        _agentKey.Dispose();
    }

    [Fact]
    public async Task Nobody_is_asked_for_keys_before_the_metadata_agrees()
    {
        ScriptedKeys keys = new([_senderKey.PublicKey]);

        Assert.Equal(EnvelopeOutcome.Malformed, (await OpenAsync("SFNF"u8.ToArray(), keys)).Outcome);
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, (await OpenAsync(Seal(), keys, conversation: "another")).Outcome);
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, (await OpenAsync(Seal(), keys, sender: "another")).Outcome);
        Assert.Empty(keys.Asked);

        Assert.True((await OpenAsync(Seal(), keys)).IsOpened);
        Assert.Equal([("s", null)], keys.Asked);
    }

    [Fact]
    public async Task Newer_keys_are_asked_for_once_when_none_fits()
    {
        ScriptedKeys keys = new(_strangers, [_strangers[0], _senderKey.PublicKey]);

        Assert.True((await OpenAsync(Seal(), keys)).IsOpened);
        Assert.Equal([("s", null), ("s", _strangers)], keys.Asked);
    }

    [Fact]
    public async Task The_signature_is_bad_when_newer_keys_do_not_fit_or_there_are_none_newer()
    {
        ScriptedKeys newer = new(_strangers, [_strangers[0]], [_senderKey.PublicKey]);
        ScriptedKeys same = new(_strangers, _strangers, [_senderKey.PublicKey]);

        Assert.Equal(EnvelopeOutcome.BadSignature, (await OpenAsync(Seal(), newer)).Outcome);
        Assert.Equal(EnvelopeOutcome.BadSignature, (await OpenAsync(Seal(), same)).Outcome);
        Assert.Equal((2, 2), (newer.Asked.Count, same.Asked.Count));
    }

    [Fact]
    public async Task A_sender_without_keys_is_unknown_at_first_and_after_a_bad_signature()
    {
        Assert.Equal(EnvelopeOutcome.UnknownSender, (await OpenAsync(Seal(), new ScriptedKeys([[]]))).Outcome);
        Assert.Equal(EnvelopeOutcome.UnknownSender, (await OpenAsync(Seal(), new ScriptedKeys(_strangers, []))).Outcome);
    }

    [Fact]
    public async Task Nothing_is_decided_when_the_keys_cannot_be_found_out()
    {
        EnvelopeResult atFirst = await OpenAsync(Seal(), new ScriptedKeys([null]));
        EnvelopeResult later = await OpenAsync(Seal(), new ScriptedKeys(_strangers, null));

        Assert.All([atFirst, later], static result =>
        {
            Assert.Equal(EnvelopeOutcome.Undecided, result.Outcome);
            Assert.False(result.IsOpened);
            Assert.Equal(default, result);
        });
    }

    [Fact]
    public async Task Keys_may_take_their_time()
    {
        TaskCompletionSource<IReadOnlyList<Ed25519PublicKey>?> later = new();
        byte[] base64 = Seal();
        ValueTask<EnvelopeResult> opening = OpenAsync(base64, new LateKeys(later.Task));
        Array.Clear(base64); // the reader needs it no more

        Assert.False(opening.IsCompleted);
        later.SetResult([_senderKey.PublicKey]);
        Assert.True((await opening).IsOpened);
    }

    [Fact]
    public async Task What_the_source_of_keys_throws_comes_through()
    {
        LateKeys failing = new(Task.FromException<IReadOnlyList<Ed25519PublicKey>?>(new TimeoutException()));

        await Assert.ThrowsAsync<TimeoutException>(async () => await OpenAsync(Seal(), failing));
    }

    [Fact]
    public async Task What_is_inside_has_to_be_a_payload()
    {
        ScriptedKeys keys = new([_senderKey.PublicKey]);

        Assert.Equal(EnvelopeOutcome.MalformedPayload, (await OpenAsync(Seal("[]"), keys)).Outcome);
        Assert.Equal(EnvelopeOutcome.MalformedPayload, (await OpenAsync(Seal(""), keys)).Outcome);
        OpenedEnvelope? opened = (await OpenAsync(Seal(), keys)).Envelope;
        Assert.Equal(new TextPayload("hi", null), opened?.Payload);
        Assert.Equal("""{"type":"text","text":"hi"}""", Encoding.UTF8.GetString(opened!.PayloadJson.Span));
    }

    [Fact]
    public void For_an_unverified_sender_every_check_but_the_signature_holds()
    {
        using Ed25519PrivateKey stranger = Ed25519PrivateKey.Generate();
        byte[] forged = Seal(signer: stranger);

        Assert.True(_reader.OpenFromUnverifiedSender(forged, "c", "s").IsOpened);
        Assert.Equal(EnvelopeOutcome.Malformed, _reader.OpenFromUnverifiedSender(forged.AsSpan(..^4), "c", "s").Outcome);
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, _reader.OpenFromUnverifiedSender(forged, "another", "s").Outcome);
        Assert.Equal(EnvelopeOutcome.MetadataMismatch, _reader.OpenFromUnverifiedSender(forged, "c", "another").Outcome);
        Assert.Equal(EnvelopeOutcome.NotARecipient, new EnvelopeReader("other", _agentKey).OpenFromUnverifiedSender(forged, "c", "s").Outcome);
        using X25519PrivateKey other = X25519PrivateKey.Generate();
        Assert.Equal(EnvelopeOutcome.CannotDecrypt, new EnvelopeReader("agent", other).OpenFromUnverifiedSender(forged, "c", "s").Outcome);
        Assert.Equal(EnvelopeOutcome.MalformedPayload, _reader.OpenFromUnverifiedSender(Seal("{"), "c", "s").Outcome);
    }

    [Fact]
    public void Zero_means_that_nothing_was_decided()
    {
        Assert.Equal(EnvelopeOutcome.Undecided, default);
        Assert.Equal(WebhookOutcome.Undecided, default);
        Assert.Equal(EnvelopeOutcome.Undecided, default(EnvelopeResult).Outcome);
        Assert.False(default(EnvelopeResult).IsOpened);
    }

    private ValueTask<EnvelopeResult> OpenAsync(byte[] base64, ISenderKeys keys, string conversation = "c", string sender = "s") =>
        _reader.OpenAsync(base64, conversation, sender, keys, TestContext.Current.CancellationToken);

    private byte[] Seal(string payload = """{"type":"text","text":"hi"}""", Ed25519PrivateKey? signer = null) => Encoding.ASCII.GetBytes(
        Convert.ToBase64String(EnvelopeWriter.Seal(
            "s", "c", "m", 1, [new Recipient("agent", _agentKey.PublicKey)], Encoding.UTF8.GetBytes(payload), signer ?? _senderKey)));

    // Gives one list for each time that it is asked, and the last one from then on.
    private sealed class ScriptedKeys(params IReadOnlyList<Ed25519PublicKey>?[] answers) : ISenderKeys
    {
        public List<(string SenderId, IReadOnlyList<Ed25519PublicKey>? Rejected)> Asked { get; } = [];

        public ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
            string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken)
        {
            Assert.Equal(TestContext.Current.CancellationToken, cancellationToken);
            Asked.Add((senderId, rejected));
            return new(answers[Math.Min(Asked.Count, answers.Length) - 1]);
        }
    }

    private sealed class LateKeys(Task<IReadOnlyList<Ed25519PublicKey>?> keys) : ISenderKeys
    {
        public ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
            string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken) => new(keys);
    }
}
