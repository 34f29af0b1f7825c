using Hashee.TestAgent;
using Hashee.Worker;

return WorkerFunction.Run(static settings => new ObedientAgent(settings.Text("GREETING", "Echo")));
