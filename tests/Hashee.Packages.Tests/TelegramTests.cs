using System.Text;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;

namespace Hashee.Packages.Tests;

/// <summary>Telegram.Bot over <see cref="Host.HttpTransportHandler"/>.</summary>
public sealed class TelegramTests
{
    private const string Message = """{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":5,"type":"private"},"text":"hi"}}""";
    private const string TooMany = """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 0","parameters":{"retry_after":0}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bot_says_who_it_is_and_sends_a_message()
    {
        using ScriptedApi api = new(
            ScriptedApi.Json(200, """{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"B","username":"b"}}"""), ScriptedApi.Json(200, Message));
        TelegramBotClient bot = NewBot(api);

        Assert.Equal("b", (await bot.GetMe(Token)).Username);
        Assert.Equal(7, (await bot.SendMessage(5, "hi", cancellationToken: Token)).Id);

        Assert.Equal("POST /bot1:token/getMe HTTP/1.1", api.Requests[0].StartLine);
        Assert.Contains("\"text\":\"hi\"", api.Requests[1].Text, StringComparison.Ordinal);
        Assert.Equal(1, api.Connections);
    }

    [Fact]
    public async Task A_file_is_uploaded_whole()
    {
        byte[] file = new byte[300_000];
        new Random(20261125).NextBytes(file);
        using ScriptedApi api = new(ScriptedApi.Json(200, Message));

        await NewBot(api).SendDocument(5, InputFile.FromStream(new MemoryStream(file), "a.bin"), cancellationToken: Token);

        byte[] body = Assert.Single(api.Requests).Body;
        Assert.InRange(body.AsSpan().IndexOf(file), 1, body.Length);
        Assert.Contains("filename=a.bin", Encoding.Latin1.GetString(body).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bot_that_is_too_quick_waits_and_tries_again()
    {
        using ScriptedApi api = new(ScriptedApi.Json(429, TooMany, "Retry-After: 0\r\n"), ScriptedApi.Json(200, Message));

        Assert.Equal(7, (await NewBot(api).SendMessage(5, "hi", cancellationToken: Token)).Id);

        Assert.Equal(2, api.Requests.Count);
        Assert.Equal(api.Requests[0].Text, api.Requests[1].Text);
    }

    [Fact]
    public async Task A_refusal_is_the_packages_own()
    {
        using ScriptedApi api = new(ScriptedApi.Json(403, """{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"""));

        ApiRequestException refused = await Assert.ThrowsAsync<ApiRequestException>(() => NewBot(api).SendMessage(5, "hi", cancellationToken: Token));

        Assert.Equal(403, refused.ErrorCode);
    }

    [Fact]
    public async Task An_API_that_is_away_is_told_with_its_kind()
    {
        ScriptedApi api = new(static _ => { });
        TelegramBotClient bot = new(new TelegramBotClientOptions("1:token", api.Url), new HttpClient(new Host.HttpTransportHandler()));
        api.Dispose();

        RequestException failed = await Assert.ThrowsAsync<RequestException>(() => bot.GetMe(Token));

        Assert.Equal(HttpRequestError.ConnectionError, Assert.IsType<HttpRequestException>(failed.InnerException).HttpRequestError);
    }

    private static TelegramBotClient NewBot(ScriptedApi api) => new(new TelegramBotClientOptions("1:token", api.Url), api.Client);
}
