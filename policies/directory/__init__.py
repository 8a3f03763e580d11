"""Who people are, what groups and roles they hold: read from LDAP over verified TLS, never written."""
