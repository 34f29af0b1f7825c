using System.Globalization;
using System.Text;
using Hashee.Host.Transport;

namespace Hashee.Host.Tests.Foreign;

/// <summary>nginx: files, uploads, kept connections.</summary>
public sealed class NginxTests : IDisposable
{
    private readonly byte[] _large = new byte[3_000_000];
    private readonly ForeignServer _nginx;

    public NginxTests()
    {
        new Random(20261125).NextBytes(_large);
        string nginx = ForeignServer.Find("nginx", "artifacts/userland/nginx/usr/sbin");
        _nginx = new ForeignServer(nginx, Prepare, static line => line.Contains("epoll", StringComparison.Ordinal));
    }

    private static TimeLimit Soon => new(Deadline.After(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

    public void Dispose() => _nginx.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_come_whole_by_length_and_in_chunks_over_one_connection(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        string connection = await TextAsync(transport, new HttpCall("GET", "/connection"));

        Assert.Equal(_large, await BodyAsync(transport, new HttpCall("GET", "/large")));
        Assert.Equal($"HELLO{new string('x', 200_000)}", await TextAsync(transport, new HttpCall("GET", "/chunked")));
        Assert.Empty(await BodyAsync(transport, new HttpCall("HEAD", "/large")));
        Assert.Equal(_large[1000..2000], await BodyAsync(transport, new HttpCall("GET", "/large").With("Range", "bytes=1000-1999")));
        Assert.Equal(connection, await TextAsync(transport, new HttpCall("GET", "/connection")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_was_not_modified_has_no_body(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        string tag;
        using (HttpReply reply = await transport.SendAsync(new HttpCall("HEAD", "/large"), Soon))
        {
            Assert.True(reply.Head.TryGetHeader("etag"u8, out ReadOnlySpan<byte> value));
            tag = Encoding.ASCII.GetString(value);
        }

        using HttpReply unmodified = await transport.SendAsync(new HttpCall("GET", "/large").With("If-None-Match", tag), Soon);

        Assert.Equal(304, unmodified.Status);
        Assert.Empty(await unmodified.ReadAllAsync(1000));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_upload_arrives_whole_by_length_and_in_chunks(bool isTls, bool isChunked)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        HttpCall upload = new("PUT", "/upload/file") { BodyStream = new MemoryStream(_large), BodyLength = isChunked ? null : _large.Length };

        using (HttpReply reply = await transport.SendAsync(upload, Soon))
        {
            Assert.Equal(201, reply.Status);
        }

        Assert.Equal(_large, await BodyAsync(transport, new HttpCall("GET", "/upload/file")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_that_is_too_large_is_refused_before_it_is_sent(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        using MemoryStream body = new(new byte[50_000_000]);

        using (HttpReply reply = await transport.SendAsync(new HttpCall("PUT", "/small") { BodyStream = body, BodyLength = body.Length }, Soon))
        {
            Assert.Equal(413, reply.Status);
            Assert.Contains("Too Large", Encoding.ASCII.GetString(await reply.ReadAllAsync(10_000)), StringComparison.Ordinal);
        }

        Assert.InRange(body.Position, 1, 49_000_000);
        Assert.NotEmpty(await TextAsync(transport, new HttpCall("GET", "/connection")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_left_disturbs_no_other(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        for (int i = 0; i < 20; i++)
        {
            using (HttpReply reply = await transport.SendAsync(new HttpCall("GET", "/large"), Soon))
            {
                Assert.NotEqual(0, await reply.ReadAsync(new byte[1 + (i * 100_000)]));
            }

            Assert.Equal("hello", (await TextAsync(transport, new HttpCall("GET", "/hello")))[..5]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_nginx_closes_when_it_is_idle_costs_no_request(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);
        HashSet<string> connections = [];

        // How long it takes is nginx's affair: 20 ms, or more where there is much to do.
        for (int wait = 10; connections.Count < 3; wait = (2 * wait) + 10)
        {
            connections.Add(await TextAsync(transport, new HttpCall("POST", "/short") { IsRepeatable = true }));
            await Task.Delay(Math.Min(wait, 1000), Soon.Token);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_answers_at_the_same_time_are_not_mixed_up(bool isTls)
    {
        using HttpTransport transport = _nginx.Connect(isTls);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            int start = i * 100_000;
            HttpCall call = new HttpCall("GET", "/large").With("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={start}-{start + 99_999}"));
            Assert.Equal(_large[start..(start + 100_000)], await BodyAsync(transport, call));
        }));
    }

    private static async Task<byte[]> BodyAsync(HttpTransport transport, HttpCall call)
    {
        using HttpReply reply = await transport.SendAsync(call, Soon);
        Assert.True(reply.Succeeded, $"{call.Target}: {reply.Status}");
        return await reply.ReadAllAsync(10_000_000);
    }

    private static async Task<string> TextAsync(HttpTransport transport, HttpCall call) => Encoding.ASCII.GetString(await BodyAsync(transport, call));

    private string[] Prepare(ForeignServer server)
    {
        Directory.CreateDirectory(server.PathOf("files/upload"));
        File.WriteAllBytes(server.PathOf("files/large"), _large);
        File.WriteAllText(server.PathOf("files/hello"), "hello");
        File.WriteAllText(server.PathOf("files/chunked"), $"hello{new string('x', 200_000)}");
        File.WriteAllText(
            server.PathOf("nginx.conf"),
            $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr notice;
            events { worker_connections 256; }
            http {
                access_log off;
                client_body_temp_path temporary/body;
                proxy_temp_path temporary/proxy;
                fastcgi_temp_path temporary/fastcgi;
                uwsgi_temp_path temporary/uwsgi;
                scgi_temp_path temporary/scgi;
                default_type text/plain;
                keepalive_timeout 60s 30s;
                server {
                    listen 127.0.0.1:{{server.PlainPort}};
                    listen 127.0.0.1:{{server.TlsPort}} ssl;
                    ssl_certificate certificate.pem;
                    ssl_certificate_key key.pem;
                    root {{server.PathOf("files")}};
                    location = /connection { return 200 $connection; }
                    location = /short { keepalive_timeout 20ms; return 200 $connection; }
                    location = /chunked { sub_filter_types *; sub_filter hello HELLO; }
                    location = /small { client_max_body_size 1m; dav_methods PUT; }
                    location /upload/ { client_max_body_size 20m; dav_methods PUT; }
                }
            }
            """);
        Directory.CreateDirectory(server.PathOf("temporary"));
        return ["-p", server.Folder, "-c", "nginx.conf"];
    }
}
