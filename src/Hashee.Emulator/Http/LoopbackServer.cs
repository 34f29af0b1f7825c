using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hashee.Emulator.Http;

/// <summary>
/// An HTTP/1.1 server on 127.0.0.1 and a free port, for one request handler. It writes nothing to the console and installs no signal handler.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, Uri origin)
    {
        _application = application;
        Origin = origin;
    }

    /// <summary><c>http://127.0.0.1:PORT</c>, or <c>https://localhost:PORT</c> with a certificate.</summary>
    public Uri Origin { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="handler">Answers every request, whatever its method and path.</param>
    /// <param name="certificate">Serves TLS with this certificate and its private key; null for plain HTTP.</param>
    /// <param name="accepts">Asked for every new connection: false resets it, before any handshake. Null accepts all.</param>
    public static async Task<LoopbackServer> StartAsync(
        RequestDelegate handler, SslStreamCertificateContext? certificate = null, Func<bool>? accepts = null)
    {
        SslServerAuthenticationOptions? tls = certificate is null ? null : new() { ServerCertificateContext = certificate };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                if (accepts is not null)
                {
                    endpoint.Use(next => connection => accepts() ? next(connection) : connection.DisposeAsync().AsTask());
                }

                if (tls is not null)
                {
                    endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls) });
                }
            });
        });

        WebApplication application = builder.Build();
        application.Run(handler);
        await application.StartAsync();

        int port = new Uri(application.Urls.Single()).Port;
        string origin = certificate is null ? $"http://127.0.0.1:{port}" : $"https://localhost:{port}";
        return new LoopbackServer(application, new Uri(origin));
    }

    /// <summary>Stops at once: requests that are still held (long polls) are aborted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    /// <summary>Keeps the host from claiming Ctrl-C and SIGTERM: those belong to the program that composes the servers.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
