using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Hashee.Emulator.Platform;

/// <summary>The platform's REST API as far as agents use it. It refuses whatever is not documented.</summary>
internal sealed class PlatformApi(HasheePlatform platform)
{
    /// <summary>Hashee's limit for one request body.</summary>
    public const int MaximumBodyBytes = 1_048_576;

    private const string CursorStart = "+/device ";

    private readonly TimeProvider _time = platform.Options.Time;

    /// <summary>Answers one request and records it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        long arrivedAt = _time.GetTimestamp();
        if (platform.Outage == Outage.Disconnected)
        {
            context.Abort();
            return;
        }

        ApiAnswer answer = platform.Outage == Outage.Unavailable ? ApiAnswer.Error(503, "service_unavailable", "Hashee is away for a moment.")
            : platform.TakeFailure() ?? await RouteAsync(context, arrivedAt);
        platform.Record(new ApiCall(
            context.Request.Method, context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "", answer.Status, arrivedAt));
        if (answer.Status < 300 && platform.TakeLostAnswer())
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        if (answer.Header is { } header)
        {
            context.Response.Headers[header.Name] = header.Value;
        }

        byte[] body = Encoding.UTF8.GetBytes(answer.Body.ToJsonString());
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private async Task<ApiAnswer> RouteAsync(HttpContext context, long arrivedAt) => Segments(context) switch
    {
        ["agents", string agentId, "messages"] => !HttpMethods.IsPost(context.Request.Method) ? ApiAnswer.MethodNotAllowed("POST")
            : await PostMessageAsync(context.Request, agentId, arrivedAt),
        ["keys", "users", string userId, "devices"] => !HttpMethods.IsGet(context.Request.Method) ? ApiAnswer.MethodNotAllowed("GET")
            : GetDevices(context.Request, userId),
        _ => ApiAnswer.Error(404, "not_found", "There is no such resource."),
    };

    /// <summary>The path as sent, split before its escapes are undone, so that an id may hold any character.</summary>
    private static string[] Segments(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? target : target[..query];
        return path.StartsWith('/') ? Array.ConvertAll(path[1..].Split('/'), Uri.UnescapeDataString) : [];
    }

    private async Task<ApiAnswer> PostMessageAsync(HttpRequest request, string agentId, long arrivedAt)
    {
        if (Authenticate(request) is not { } agent)
        {
            return ApiAnswer.Unauthorized();
        }

        if (agent.Id != agentId)
        {
            return ApiAnswer.Error(403, "forbidden", "The token belongs to another agent.");
        }

        if (!platform.RateLimitOf(agent).TryTake(out TimeSpan wait))
        {
            return ApiAnswer.RateLimited(wait);
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? contentType)
            || !contentType.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (contentType.Charset.HasValue && !contentType.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return ApiAnswer.Error(415, "unsupported_media_type", "The body must be application/json in UTF-8.");
        }

        if (await request.ReadBodyAsync(MaximumBodyBytes, request.HttpContext.RequestAborted) is not ({ } body, _))
        {
            return ApiAnswer.Error(413, "payload_too_large", $"The body is larger than {MaximumBodyBytes} bytes.");
        }

        if (PostedMessage.Read(body, out string problem) is not { } posted)
        {
            return ApiAnswer.Invalid(problem);
        }

        if (platform.FindConversation(posted.ConversationId) is not { } conversation || conversation.Agent != agent)
        {
            return ApiAnswer.Error(404, "conversation_not_found", "The agent is in no such conversation.");
        }

        SealedPayload? sealedPayload = null;
        if (posted.EncryptedPayload is { } envelope && (sealedPayload = await SealedPayload.OpenAsync(envelope, conversation)) is null)
        {
            return ApiAnswer.Invalid("encrypted_payload is not an envelope that this agent signed for this conversation.");
        }

        if (platform.MessageRefusal?.Invoke(posted) is { } refusal)
        {
            return refusal;
        }

        DateTimeOffset now = _time.GetUtcNow();
        (AgentMessage message, bool isRepetition) = platform.Log.Add(
            conversation,
            posted.ClientMessageId,
            sequence => new AgentMessage
            {
                Id = FreshValue.Ulid(now),
                Conversation = conversation,
                Sequence = sequence,
                ClientMessageId = posted.ClientMessageId,
                Payload = posted.Payload ?? sealedPayload?.Payload,
                IsSealed = sealedPayload is not null,
                OpenedBy = sealedPayload?.OpenedBy ?? [],
                ArrivedAt = arrivedAt,
            });
        if (isRepetition && platform.Options.RefusesRepetitions)
        {
            return ApiAnswer.Error(409, "already_exists", "There is a message with this client_message_id already.");
        }

        return ApiAnswer.Data(isRepetition ? 200 : 201, new JsonObject
        {
            ["message_id"] = message.Id,
            ["client_message_id"] = message.ClientMessageId,
            ["conversation_id"] = conversation.Id,
            ["conversation_seq"] = message.Sequence,
            ["created_at"] = EventJson.Time(now),
        });
    }

    private ApiAnswer GetDevices(HttpRequest request, string userId)
    {
        if (Authenticate(request) is null)
        {
            return ApiAnswer.Unauthorized();
        }

        if (!platform.Options.AgentsMayReadKeys)
        {
            return ApiAnswer.Error(403, "forbidden", "An agent's token may not read keys.");
        }

        if (platform.FindUser(userId) is not { } user)
        {
            return ApiAnswer.Error(404, "user_not_found", "There is no such user.");
        }

        IReadOnlyList<Device> all = user.Devices;
        if (!TryReadCursor(request, all.Count, out int start))
        {
            return ApiAnswer.Invalid("cursor must be the next_cursor of an earlier page, and nothing else can be asked for.");
        }

        int end = Math.Min(all.Count, start + (platform.Options.DevicesPerPage ?? all.Count));
        JsonArray devices = [];
        foreach (Device device in all.Take(start..end))
        {
            devices.Add(new JsonObject
            {
                ["device_id"] = device.Id,
                ["public_key"] = device.DecryptionKey.PublicKey.ToBase64(),
                ["signing_public_key"] = device.SigningKey.PublicKey.ToBase64(),
            });
        }

        return ApiAnswer.List(devices, end < all.Count ? CursorAt(end) : null);
    }

    /// <summary>A cursor has characters that a client must escape.</summary>
    private static string CursorAt(int position) => string.Create(CultureInfo.InvariantCulture, $"{CursorStart}{position}&==");

    private static bool TryReadCursor(HttpRequest request, int count, out int position)
    {
        position = 0;
        if (request.Query.Count == 0)
        {
            return true;
        }

        string? cursor = request.Query["cursor"];
        return request.Query.Count == 1
            && cursor is not null
            && cursor.StartsWith(CursorStart, StringComparison.Ordinal)
            && int.TryParse(cursor[CursorStart.Length..].Split('&')[0], NumberStyles.None, CultureInfo.InvariantCulture, out position)
            && position < count
            && cursor == CursorAt(position);
    }

    private Agent? Authenticate(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string? authorization = request.Headers.Authorization;
        return authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? platform.FindAgentByToken(authorization[Scheme.Length..])
            : null;
    }
}
