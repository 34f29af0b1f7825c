using Hashee.Lambda.Tests;
using Hashee.Lambda.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;

return args is [FunctionProcess.Argument, string function]
    ? SampleFunctions.Run(function)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
