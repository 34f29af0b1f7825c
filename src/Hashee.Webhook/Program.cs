using Hashee.Lambda;
using Hashee.Webhook;

return LambdaRuntime.Run(WebhookFunction.Start);
