using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;
using Amazon.SQS;
using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>AWS's own client for the service: an independent signer, writer and parser, which also checks every digest.</summary>
internal static class AwsSdk
{
    public static AmazonSQSClient Plain(SqsService service) => Connect(service, service.HttpEndpoint, service.Account);

    public static AmazonSQSClient Plain(SqsService service, AwsAccount account) => Connect(service, service.HttpEndpoint, account);

    public static AmazonSQSClient Tls(SqsService service) => Connect(service, service.HttpsEndpoint, service.Account);

    private static AmazonSQSClient Connect(SqsService service, Uri endpoint, AwsAccount account) => new(
        new SessionAWSCredentials(account.AccessKeyId, account.SecretAccessKey, account.SessionToken),
        new AmazonSQSConfig
        {
            ServiceURL = endpoint.ToString(),
            AuthenticationRegion = account.Region,
            MaxErrorRetry = 0,
            HttpClientFactory = new Trusting(service.CaBundlePath),
        });

    /// <summary>Trusts the root of one bundle and no other.</summary>
    private sealed class Trusting(string bundle) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(bundle);
            return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
        }

        // A client of another service would trust another root.
        public override string GetConfigUniqueString(IClientConfig clientConfig) => bundle;
    }
}
