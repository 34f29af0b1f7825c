using Hashee.Lambda;
using Hashee.TestAgent;
using Hashee.Worker;

return LambdaRuntime.Run(static () => WorkerFunction.Start(new ObedientAgent()));
