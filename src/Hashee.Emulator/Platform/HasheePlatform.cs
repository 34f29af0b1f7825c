using System.Collections.Concurrent;
using Hashee.Emulator.Http;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>
/// Hashee as an agent meets it: users with devices, sealed messages, signed webhook calls that are repeated until they
/// are accepted, and the REST API on 127.0.0.1.
/// </summary>
internal sealed class HasheePlatform : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Agent> _agents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Conversation> _conversations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Agent, RateLimit> _rateLimits = new();
    private readonly ObservedLog<ApiCall> _calls = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebhookCaller _webhooks;
    private readonly LocalRoots _roots = new();
    private LoopbackServer? _server;
    private LoopbackServer? _secure;
    private readonly Lock _failureGate = new();
    private (int Count, ApiAnswer Answer) _failures;
    private int _lostAnswers;

    private HasheePlatform(PlatformOptions options)
    {
        Options = options;
        _webhooks = new WebhookCaller(options);
    }

    public PlatformOptions Options { get; }

    /// <summary>A value for <c>HASHEE_BASE_URL</c>, over plain HTTP.</summary>
    public Uri BaseUrl => _server!.Origin;

    /// <summary>The same over TLS.</summary>
    public Uri SecureBaseUrl => _secure!.Origin;

    /// <summary>PEM file with the root of <see cref="SecureBaseUrl"/>'s certificate and those of this machine, for <c>SSL_CERT_FILE</c>.</summary>
    public string RootsPath => _roots.AllPath;

    /// <summary>Set it to take the API down and up again.</summary>
    public Outage Outage { get; set; }

    /// <summary>
    /// Asked for every message that an agent posts and the platform would accept: an answer in place of that, or <see langword="null"/>.
    /// </summary>
    public Func<PostedMessage, ApiAnswer?>? MessageRefusal { get; set; }

    /// <summary>The messages that agents posted and the platform accepted, in order.</summary>
    public IReadOnlyList<AgentMessage> Messages => Log.Messages.Entries;

    /// <summary>Every answered API request, refused ones included, in order of their answers.</summary>
    public IReadOnlyList<ApiCall> Calls => _calls.Entries;

    internal MessageLog Log { get; } = new();

    /// <summary>Starts the API on a free port.</summary>
    public static async Task<HasheePlatform> StartAsync(PlatformOptions? options = null)
    {
        HasheePlatform platform = new(options ?? new PlatformOptions());
        PlatformApi api = new(platform);
        platform._server = await LoopbackServer.StartAsync(api.HandleAsync);
        platform._secure = await LoopbackServer.StartAsync(api.HandleAsync, platform._roots.Certificate);
        return platform;
    }

    /// <summary>Adds a user with devices of fresh keys.</summary>
    /// <param name="id">Any text of 1 to 255 bytes in UTF-8; a fresh ULID if not given.</param>
    public User AddUser(string? id = null, int devices = 1)
    {
        User user = new(id ?? FreshId());
        for (int i = 0; i < devices; i++)
        {
            user.AddDevice();
        }

        return _users.TryAdd(user.Id, user) ? user : throw new ArgumentException($"There is a user {user.Id} already.", nameof(id));
    }

    /// <summary>Registers an agent with fresh keys, token and webhook secret.</summary>
    /// <param name="id">Any text of 1 to 255 bytes in UTF-8; a fresh UUID if not given.</param>
    public Agent AddAgent(string? id = null)
    {
        Agent agent = new(id ?? Guid.CreateVersion7(Options.Time.GetUtcNow()).ToString());
        return _agents.TryAdd(agent.Id, agent) ? agent : throw new ArgumentException($"There is an agent {agent.Id} already.", nameof(id));
    }

    /// <summary>Opens a conversation between an agent and users.</summary>
    /// <param name="id">Any text of 1 to 255 bytes in UTF-8; a fresh ULID if not given.</param>
    public Conversation AddConversation(Agent agent, IReadOnlyList<User> users, string? id = null)
    {
        Conversation conversation = new(id ?? FreshId(), agent, users);
        return _conversations.TryAdd(conversation.Id, conversation)
            ? conversation
            : throw new ArgumentException($"There is a conversation {conversation.Id} already.", nameof(id));
    }

    /// <summary>Opens a conversation between an agent and one user.</summary>
    public Conversation AddConversation(Agent agent, User user) => AddConversation(agent, [user]);

    /// <summary>Seals a text on the user's newest device and delivers it; see <see cref="DeliverAsync"/>.</summary>
    public Task<Delivery> SendAsync(Conversation conversation, string text, CancellationToken cancellationToken = default) =>
        SendAsync(conversation, conversation.Users[0].Devices[^1], EventJson.Text(text), cancellationToken);

    /// <summary>Seals a payload on a device and delivers it; see <see cref="DeliverAsync"/>.</summary>
    /// <param name="payload">JSON in UTF-8; sent as it is, documented or not.</param>
    public async Task<Delivery> SendAsync(
        Conversation conversation, Device sender, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        Delivery delivery = Prepare(conversation, sender, payload.Span);
        await DeliverAsync(delivery, cancellationToken);
        return delivery;
    }

    /// <summary>Seals a payload on a device, to be delivered with <see cref="DeliverAsync"/> or <see cref="AttemptAsync"/>.</summary>
    public Delivery Prepare(Conversation conversation, Device sender, ReadOnlySpan<byte> payload)
    {
        long begunAt = Options.Time.GetTimestamp();
        string messageId = FreshId();
        byte[] envelope = Seal(conversation, sender.Owner.Id, sender.SigningKey, payload, messageId);
        return Prepare(conversation, sender.Owner.Id, envelope, messageId, begunAt);
    }

    /// <summary>Wraps an envelope of any quality in a <c>message.new</c> event.</summary>
    /// <param name="envelope">The envelope's bytes, before base64.</param>
    public Delivery Prepare(Conversation conversation, string senderId, ReadOnlySpan<byte> envelope) =>
        Prepare(conversation, senderId, envelope, messageId: null, Options.Time.GetTimestamp());

    /// <summary>The same event under a delivery id of its own.</summary>
    public Delivery PrepareAgain(Delivery delivery)
    {
        long now = Options.Time.GetTimestamp();
        return new Delivery
        {
            Id = FreshId(),
            MessageId = delivery.MessageId,
            Agent = delivery.Agent,
            Body = delivery.Body,
            BegunAt = now,
            ReadyAt = now,
        };
    }

    /// <summary>Makes a delivery of any bytes.</summary>
    public Delivery Prepare(Agent agent, ReadOnlyMemory<byte> body)
    {
        long now = Options.Time.GetTimestamp();
        return new Delivery { Id = FreshId(), Agent = agent, Body = body, BegunAt = now, ReadyAt = now };
    }

    /// <summary>Makes a delivery of an event that is no message, <c>relation.established</c> for example.</summary>
    /// <param name="payloadJson">The event's payload, a JSON value; <see langword="null"/> for none.</param>
    public Delivery PrepareEvent(Agent agent, string type, string? conversationId = null, string? payloadJson = null) =>
        Prepare(agent, EventJson.Other(type, conversationId, senderId: null, Options.Time.GetUtcNow(), payloadJson));

    /// <summary>Seals a payload to the conversation's agent and to every device of its users, as clients do.</summary>
    /// <param name="messageId">A fresh ULID if not given.</param>
    /// <returns>The envelope's bytes, before base64.</returns>
    public byte[] Seal(
        Conversation conversation, string senderId, Ed25519PrivateKey signer, ReadOnlySpan<byte> payload, string? messageId = null)
    {
        List<Recipient> recipients = [new(conversation.Agent.Id, conversation.Agent.DecryptionKey.PublicKey)];
        foreach (User user in conversation.Users)
        {
            recipients.AddRange(user.Devices.Select(device => new Recipient(user.Id, device.DecryptionKey.PublicKey)));
        }

        DateTimeOffset now = Options.Time.GetUtcNow();
        return EnvelopeWriter.Seal(
            senderId, conversation.Id, messageId ?? FreshId(), now.ToUnixTimeMilliseconds(), recipients.ToArray(), payload, signer);
    }

    /// <summary>
    /// Calls the agent's webhook until it answers 2xx or the retry schedule ends; every attempt is recorded in the delivery.
    /// Called again with the same delivery, it delivers again.
    /// </summary>
    /// <returns>Whether the webhook accepted it.</returns>
    public async Task<bool> DeliverAsync(Delivery delivery, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
        return await _webhooks.DeliverAsync(delivery, either.Token);
    }

    /// <summary>Calls the agent's webhook once.</summary>
    public Task<DeliveryAttempt> AttemptAsync(Delivery delivery, CancellationToken cancellationToken = default) =>
        _webhooks.AttemptAsync(delivery, cancellationToken);

    /// <summary>Waits for the first part of the agent's reply to a delivery, told by its client message id.</summary>
    /// <exception cref="ArgumentException">The platform did not seal it itself, so it does not know the message's id.</exception>
    public Task<AgentMessage> WaitForReplyAsync(Delivery delivery, CancellationToken cancellationToken = default)
    {
        string expected = ClientMessageId.For(delivery.MessageId ?? throw NotSealedHere(delivery), part: 0);
        return Log.Messages.WaitAsync(message => message.ClientMessageId == expected, cancellationToken);
    }

    /// <summary>Waits until the agent has posted so many messages to a conversation.</summary>
    /// <returns>The first <paramref name="count"/> of them, in order.</returns>
    public Task<IReadOnlyList<AgentMessage>> WaitForMessagesAsync(
        Conversation conversation, int count, CancellationToken cancellationToken = default) =>
        Log.Messages.WaitAsync(message => message.Conversation == conversation, count, cancellationToken);

    /// <summary>Waits until agents have posted so many messages, to any conversation.</summary>
    public Task<IReadOnlyList<AgentMessage>> WaitForMessagesAsync(int count, CancellationToken cancellationToken = default) =>
        Log.Messages.WaitAsync(static _ => true, count, cancellationToken);

    /// <summary>Waits for the first API request that was answered like this, now or later.</summary>
    public Task<ApiCall> WaitForCallAsync(Predicate<ApiCall> fits, CancellationToken cancellationToken = default) =>
        _calls.WaitAsync(fits, cancellationToken);

    /// <summary>Makes the next API requests fail before anything is done.</summary>
    /// <param name="answer">What they are answered; 500 if not given.</param>
    public void FailNextRequests(int count, ApiAnswer? answer = null)
    {
        lock (_failureGate)
        {
            _failures = (count, answer ?? ApiAnswer.Error(500, "internal_error", "Something went wrong."));
        }
    }

    /// <summary>Cuts the connection in place of the next successful answers, after everything is done.</summary>
    public void LoseNextAnswers(int count) => Volatile.Write(ref _lostAnswers, count);

    private static ArgumentException NotSealedHere(Delivery delivery) =>
        new("Only a reply to a message that the platform sealed itself can be told by its id.", nameof(delivery));

    internal ApiAnswer? TakeFailure()
    {
        lock (_failureGate)
        {
            if (_failures.Count <= 0)
            {
                return null;
            }

            _failures.Count--;
            return _failures.Answer;
        }
    }

    /// <summary>Takes one of the answers that get lost, unless there is none left.</summary>
    internal bool TakeLostAnswer() => Volatile.Read(ref _lostAnswers) > 0 && Interlocked.Decrement(ref _lostAnswers) >= 0;

    internal void Record(ApiCall call) => _calls.Add(call);

    internal User? FindUser(string id) => _users.GetValueOrDefault(id);

    internal Agent? FindAgentByToken(string token) => _agents.Values.FirstOrDefault(agent => agent.Token == token);

    internal Conversation? FindConversation(string id) => _conversations.GetValueOrDefault(id);

    internal RateLimit RateLimitOf(Agent agent) =>
        _rateLimits.GetOrAdd(agent, static (_, options) => new RateLimit(options.MessagesPerSecond, options.Time), Options);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server!.DisposeAsync();
        await _secure!.DisposeAsync();
        _roots.Dispose();
        _webhooks.Dispose();
        foreach (User user in _users.Values)
        {
            user.Dispose();
        }

        foreach (Agent agent in _agents.Values)
        {
            agent.Dispose();
        }
    }

    private Delivery Prepare(
        Conversation conversation, string senderId, ReadOnlySpan<byte> envelope, string? messageId, long begunAt) => new()
        {
            Id = FreshId(),
            MessageId = messageId,
            Agent = conversation.Agent,
            Body = EventJson.MessageNew(conversation.Id, senderId, Options.Time.GetUtcNow(), envelope),
            BegunAt = begunAt,
            ReadyAt = Options.Time.GetTimestamp(),
        };

    private string FreshId() => FreshValue.Ulid(Options.Time.GetUtcNow());
}
