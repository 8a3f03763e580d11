# The account has no name inside a workspace: the prompt shows where one is, not who.
umask 007
PATH=/opt/workspace/bin:/usr/local/bin:/usr/bin:/bin
PS1='\w $ '
