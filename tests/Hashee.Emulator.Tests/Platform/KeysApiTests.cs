using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.Emulator.Tests.Platform;

public sealed class KeysApiTests
{
    [Fact]
    public async Task Every_device_of_a_user_is_listed_with_both_public_keys()
    {
        await using Api api = await Api.StartAsync();
        Device second = api.User.AddDevice();

        Answer answer = await api.GetAsync(DevicesOf(api.User));

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            [.. api.User.Devices.Select(device => (device.Id, device.DecryptionKey.PublicKey, device.SigningKey.PublicKey))],
            answer.Data.EnumerateArray().Select(device =>
            {
                Assert.True(X25519PublicKey.TryImportBase64(device.GetProperty("public_key").GetString(), out X25519PublicKey? encryption));
                Assert.True(Ed25519PublicKey.TryImportBase64(device.GetProperty("signing_public_key").GetString(), out Ed25519PublicKey? signing));
                return (device.GetProperty("device_id").GetString()!, encryption, signing);
            }));
        Assert.Equal(second.Id, answer.Data[1].GetProperty("device_id").GetString());
    }

    [Fact]
    public async Task No_two_devices_share_an_id_or_a_key()
    {
        await using Api api = await Api.StartAsync();
        Device first = api.User.Devices[0];
        Device second = api.User.AddDevice();

        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.DecryptionKey.PublicKey, second.DecryptionKey.PublicKey);
        Assert.NotEqual(first.SigningKey.PublicKey, second.SigningKey.PublicKey);
    }

    [Fact]
    public async Task A_request_without_a_valid_token_is_unauthorized()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.SendAsync(HttpMethod.Get, DevicesOf(api.User), "hsk_wrong");

        Assert.Equal((401, "unauthorized"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task An_unknown_user_is_not_found()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.GetAsync("/keys/users/01HZNOBODY/devices");

        Assert.Equal((404, "user_not_found"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_platform_may_keep_keys_from_agents()
    {
        await using Api api = await Api.StartAsync(new PlatformOptions { AgentsMayReadKeys = false });

        Answer answer = await api.GetAsync(DevicesOf(api.User));

        Assert.Equal((403, "forbidden"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Many_devices_are_listed_page_by_page()
    {
        await using Api api = await Api.StartAsync(new PlatformOptions { DevicesPerPage = 2 });
        User user = api.Platform.AddUser(devices: 5);

        List<string?[]> pages = [];
        string? cursor = null;
        do
        {
            string query = cursor is null ? "" : $"?cursor={Uri.EscapeDataString(cursor)}";
            Answer page = await api.GetAsync(DevicesOf(user) + query);
            pages.Add([.. page.Data.EnumerateArray().Select(static device => device.GetProperty("device_id").GetString())]);
            cursor = page.Json.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal([2, 2, 1], pages.Select(static page => page.Length));
        Assert.Equal(user.Devices.Select(static device => device.Id), pages.SelectMany(static page => page));
        Assert.Equal(["", "?", "?"], api.Platform.Calls.Select(static call => call.Query.Length == 0 ? "" : call.Query[..1]));
    }

    [Theory]
    [InlineData("?cursor=")]
    [InlineData("?cursor=2")]
    [InlineData("?cursor=%2B%2Fdevice%205%26%3D%3D")]
    [InlineData("?cursor=+/device 2&==")]
    [InlineData("?page=2")]
    public async Task A_cursor_that_is_none_is_refused(string query)
    {
        await using Api api = await Api.StartAsync(new PlatformOptions { DevicesPerPage = 2 });
        User user = api.Platform.AddUser(devices: 5);

        Answer answer = await api.GetAsync(DevicesOf(user) + query);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Another_method_than_GET_is_not_allowed()
    {
        await using Api api = await Api.StartAsync();

        Answer answer = await api.SendAsync(HttpMethod.Post, DevicesOf(api.User), api.Agent.Token, Api.JsonContent("{}"));

        Assert.Equal(405, answer.Status);
        Assert.Equal(["GET"], answer.Allow);
    }

    private static string DevicesOf(User user) => $"/keys/users/{Uri.EscapeDataString(user.Id)}/devices";
}
