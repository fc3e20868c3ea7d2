/** rsyslog and logrotate settings in the style of Amazon Linux 2023: the journal is the source, /var/log the target. */
export const rsyslogConf = `# rsyslog configuration file
global(workDirectory="/var/lib/rsyslog")
module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat")

module(load="imuxsock" SysSock.Use="off")
module(load="imjournal" StateFile="imjournal.state")

include(file="/etc/rsyslog.d/*.conf" mode="optional")

*.info;mail.none;authpriv.none;cron.none                /var/log/messages
authpriv.*                                              /var/log/secure
cron.*                                                  /var/log/cron
*.emerg                                                 :omusrmsg:*
`;

export const logrotateConf = `# see "man logrotate" for details

# rotate log files weekly
weekly

# keep 4 weeks worth of backlogs
rotate 4

# create new (empty) log files after rotating old ones
create

# use date as a suffix of the rotated file
dateext

# packages drop log rotation information into this directory
include /etc/logrotate.d
`;
