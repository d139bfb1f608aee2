using Straggler.Cli.Commands;

return await StragglerCommand.RunAsync(args);
